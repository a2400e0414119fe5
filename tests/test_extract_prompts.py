"""Sentences that name a platform but tell no news are no part of a text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.extract import extract_article
from monitor.extract.explanation import explain_page
from monitor.extract.prompts import without_prompt
from monitor.model import Guidance

URL = "https://a.example/story"
PARAGRAPHS = [
    f"The {field} field closes at eleven, the ministry said, and each crew there gets a second "
    "shift so that the cargo of the islands, fish above all, reaches the market before noon."
    for field in ("northern", "southern", "eastern", "western")
]
PROMPT = "Ines Okafor covers the islands. Follow her on Twitter @inokafor, or on Facebook."


def page(*after: str) -> str:
    paragraphs = "".join(f"<p>{text}</p>" for text in (*PARAGRAPHS, *after))
    return (
        "<html lang='en'><head><title>Three fields close</title></head><body><article>"
        f"<h1>Three fields close</h1>{paragraphs}</article></body></html>"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Follow us on Twitter @Meridian and on Facebook.",
        "Follow him on Twitter @inokafor.",
        "Follow @MeridianDeals on Twitter to keep up with the latest deals from around the web.",
        "Follow Meridian Sport on X, Facebook and Instagram.",
        "You might also want to follow me on Bluesky at @a.example or on Mastodon at @a@b.example.",
        "For the latest business news, follow us on Twitter.",
        "Please like our page on Facebook!",
        "Follow Ines on X (formerly Twitter) @ines, Spotify, or RSS feed",
        "Follow us on Facebook / Twitter | Instagram: @meridian",
        "Follow us on Facebook, Pinterest and YouTube and subscribe to our list for ALL the news!",
        "Follow him on Twitter @inokafor and can email him at ines@a.example",
        "Suivez-nous sur WhatsApp pour ne rien rater de l'actualité.",
        "Volg ons nu ook op Facebook, Instagram en X!",
        "Join our channel on Telegram for updates.",
        "Folgen Sie uns auf Facebook und Instagram!",
        "Folge uns auf X.",
        "Suivez-nous sur Facebook et Twitter.",
        "Suivez Le Méridien sur Instagram.",
        "Retrouvez-nous aussi sur WhatsApp.",
        "Síguenos en Facebook y Twitter.",
        "Siga-nos no Instagram.",
        "Siga o Meridiano no Facebook.",
        "Seguici su Facebook.",
        "Volg ons op Facebook.",
        "Följ oss på Facebook.",
        "Følg oss på Instagram.",
        "Obserwuj nas na Facebooku.",
        "Ikuti kami di Google News.",
        "Deine Privatsphäre-Einstellungen verhindern das Laden externer Inhalte (z.B. Twitter).",
        "Allow Twitter content? We ask for your permission before anything is loaded.",
        "This article contains content provided by X. We ask for your permission.",
        "An dieser Stelle findest du einen externen Inhalt von Instagram.",
        "Mit Ihrer Zustimmung wird hier ein externes YouTube-Video (Google Ireland) geladen.",
        "To view this content, please accept Twitter cookies.",
        "Ce contenu est bloqué car vous n'avez pas accepté les cookies de Twitter.",
        "This content is not available due to your privacy preferences. YouTube",
    ],
)
def test_prompts_to_follow_and_notices_of_what_is_embedded_are_dropped(text: str) -> None:
    assert without_prompt(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Like Instagram on Android, Facebook will get a new design.",
        "Like Meta on Tuesday, Google on Wednesday cut jobs at YouTube.",
        "Sigue creciendo en España el uso de Facebook.",
        "Siga firme a disputa no Facebook, disse o ministro.",
        "Folgen hat das für Nutzer auf Facebook.",
        "Click rates on Facebook rose 5 %.",
        "Join rates on Telegram doubled.",
        "Watch parties on YouTube drew thousands.",
        "Connect with Facebook, a login button, is on the way out.",
        "Follow the money, the prosecutors urged Facebook.",
        "They follow the president on Twitter.",
        "Following the president on Twitter is no duty.",
        "“Follow us on Twitter,” she said.",
        "Follow us on Twitter, the sect told its members on Sunday.",
        "Users must accept cookies to view this content on Facebook, the court ruled.",
        "This content was removed by Facebook, the ministry said, after complaints.",
        "Follow Brussels on X: the Commission fines the platform 200 million euros.",
        "Follow Trump on Twitter was the advice, and millions did, until Twitter banned him.",
        "Follow Musk on X for news of the strike, which killed 40 people in Kharkiv.",
        "Follow Israel on X to get warnings of rockets, the army advised in Haifa.",
        "Follow Meta on Facebook for more than a decade and you know the pattern, he finds.",
        "Like us on Facebook and visit Kyiv, the mayor urges.",
        "An dieser Stelle findest du einen externen Inhalt von Instagram: Sie tritt zurück.",
        "Find him on Facebook, police urged residents; he was arrested after a YouTube livestream.",
        "Message them on WhatsApp and scammers answer within minutes, a test shows.",
        "Like his brother on Facebook, Mark is being sued.",
        "Like their colleagues at Google, workers at X have formed a union.",
        "Follow his lead on TikTok: Canada bans the app.",
        "Join their lawsuit against Meta on Instagram addiction, 33 states asked others.",
        "Follow Apple on privacy and Facebook loses 10 billion dollars, analysts find.",
        "Follow Australia on the ban for teens, MPs urge Instagram, TikTok",
        "Folgt ihm auf dem Chefposten bei Instagram nun eine Frau?",
        "Folgt ihr auf Facebook ein Verbot, verliert Meta Millionen.",
        "Sigue la guerra en Gaza, y Facebook borra publicaciones de periodistas.",
        "Sigue la censura en Telegram.",
        "Sigue los pasos de Australia en redes: España prohibirá TikTok a menores.",
        "Segui la pista su Telegram, dice il pm: arrestati in dieci.",
        "Suivez Macron sur TikTok, conseillait le parti; le compte a été piraté.",
        "Retrouvez Paul sur Facebook, demande la famille du disparu.",
        "Siga Moraes no X: o ministro manda bloquear a rede.",
        "Volg Rutte op X: premier verwijdert account",
        "Följ honom på Twitter och få rasism.",
        "Znajdziesz mnie na Facebooku, napisał zabójca przed atakiem.",
        "Ikuti saya di TikTok, kata pelaku penipuan.",
        "“We are few. Follow us on Facebook. It helps,” the union asks.",
        "„Wir sind wenige. Folgt uns auf Facebook. Das hilft“, bittet sie.",
        "This post cannot be deleted without your consent, WhatsApp assured the regulator.",
        "This video is about how Facebook uses your data without your consent.",
        "To watch this video of the attack, users of Telegram needed no consent of the victims.",
        "Um diesen Streit mit Facebook geht es seit Jahren.",
        "Um diese Einwilligung geht es: Facebook verliert vor dem EuGH.",
        "An dieser Stelle wird das externe Rechenzentrum von Facebook gebaut.",
        "Om deze video op Facebook draait de zaak over cookies.",
        "Ce contenu provient de Russie, et Facebook a aussi changé sa politique de cookies.",
        "Ce contenu est bloqué en Russie, selon Facebook.",
    ],
)
def test_news_of_platforms_stays(text: str) -> None:
    assert without_prompt(text) == text


def test_the_rest_of_a_paragraph_stays() -> None:
    assert without_prompt(PROMPT) == "Ines Okafor covers the islands."
    notice = "Allow X content? We ask for your permission as cookies may be used. Accept."
    assert without_prompt(f"{notice} The port of Oslo shut.") == "The port of Oslo shut."


def test_an_article_does_not_alert_who_watches_for_the_platform() -> None:
    text = extract_article(page(PROMPT, "Follow us on Instagram."), URL).text
    assert text.split("\n") == [*PARAGRAPHS, "Ines Okafor covers the islands."]


def test_explain_says_what_was_taken_out() -> None:
    data = page(PROMPT, "Suivez-nous sur Instagram.").encode()
    *_, shortened, dropped = explain_page(data, URL, "text/html", Guidance()).blocks
    assert (shortened.kept, shortened.reason) == (
        True,
        "reads like the story, without what asks to follow somebody",
    )
    assert (dropped.kept, dropped.reason) == (
        False,
        "asks to follow somebody, or to allow what is embedded; tells nothing",
    )


@given(
    st.lists(
        st.sampled_from(
            [
                "Follow us on Facebook.",
                "The port closed.",
                "He uses Twitter.",
                "\n",
                "So?",
                "And x.",
            ]
        )
    )
)
@settings(max_examples=300)
def test_nothing_else_is_lost_and_nothing_is_found_twice(parts: list[str]) -> None:
    text = " ".join(parts)
    told = without_prompt(text)
    assert "Follow us" not in told
    assert without_prompt(told) == told
    kept = [word for part in parts if not part.startswith("Follow") for word in part.split()]
    assert told.split() == kept


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "piece",
    [
        "follow us on ",
        "@a ",
        "to view this content ",
        "Aa ",
        "um diese inhalt",
        "inhalt",
        "x/@a.b,",
    ],
)
@pytest.mark.parametrize("opening", ["", "follow us on facebook ", "um diese "])
def test_a_long_hostile_line_costs_no_time(opening: str, piece: str) -> None:
    line = opening + piece * 20_000
    assert without_prompt(f"{line[:200_000]} facebook")
    assert without_prompt(f"{line[:280]} facebook^a")
