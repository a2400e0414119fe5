# ruff: noqa: E501  (a line of Chinese is as wide as it is long)
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.extract.languages import lang_of, language_of

ENGLISH = (
    "The council said on Friday that it was ready to open the bridge, and that it will be used by "
    "the ferries for a year. It is not clear who is going to pay for the lamps on the other bank."
)
GERMAN = (
    "Die Stadt hat am Freitag mitgeteilt, dass sie die Brücke öffnen will und dass sie für ein Jahr "
    "von den Fähren genutzt wird. Es ist nicht klar, wer die Lampen auf dem anderen Ufer bezahlt."
)
TEXTS = {
    "en": ENGLISH,
    "de": GERMAN,
    "fr": "La ville a dit vendredi que le pont est prêt et que les bateaux vont passer dans une "
    "semaine. On ne sait pas qui va payer les lampes sur la rive, avec des moyens de la région.",
    "es": "La ciudad dijo el viernes que el puente está listo y que los barcos van a pasar por él en "
    "una semana. No se sabe quién va a pagar las lámparas de la orilla, como se dijo más tarde.",
    "pl": "Miasto podało w piątek, że most jest gotowy i że statki będą przez nie płynąć za tydzień. "
    "Nie jest jasne, kto zapłaci za lampy na drugim brzegu, ale to nie jest nowe pytanie dla nas.",
    "tr": "Belediye cuma günü köprünün hazır olduğunu ve bir yıl için vapurlar tarafından "
    "kullanılacağını söyledi. Bu lambalar için kimin ödeyeceği ise daha belli değil, çok soru var.",
    "ru": "Город сообщил в пятницу, что мост готов и что по нему будут ходить паромы. Кто заплатит "
    "за фонари на другом берегу, пока не ясно, но это не новый вопрос для жителей.",
    "uk": "Місто повідомило в п’ятницю, що міст готовий і що ним ходитимуть пороми. Хто заплатить за "
    "ліхтарі на іншому березі, поки не ясно, але це не нове питання для мешканців.",
    "hi": "नगर परिषद ने शुक्रवार को कहा कि पुल तैयार है और एक वर्ष तक नावें इसका उपयोग करेंगी। दूसरे किनारे "
    "की बत्तियों का भुगतान कौन करेगा, यह अभी साफ नहीं है, लेकिन यह सवाल नया भी नहीं है।",
    "ja": "市は金曜日、橋の準備が整い、渡し船が一年間利用すると発表した。対岸の街灯の費用を誰が負担するかは"
    "まだ明らかになっていないが、住民にとって新しい問題ではないという。市長は来週説明する。",
    "zh": "市政府周五表示，大桥已经准备就绪，渡轮将使用一年。对岸路灯的费用由谁承担尚不清楚，但这对居民来说并"
    "不是一个新问题。市长将于下周作出说明，居民代表也将出席会议并提出意见和建议，会议将公开。",
    "ar": "قالت المدينة يوم الجمعة إن الجسر جاهز وإن العبارات ستستخدمه لمدة عام. ليس من الواضح من سيدفع "
    "ثمن المصابيح على الضفة الأخرى، لكن هذا ليس سؤالا جديدا بالنسبة إلى السكان.",
    "th": "เทศบาลกล่าวเมื่อวันศุกร์ว่าสะพานพร้อมแล้วและเรือข้ามฟากจะใช้เป็นเวลาหนึ่งปี ยังไม่ชัดเจนว่าใครจะจ่ายค่าไฟฝั่งตรงข้าม",
}


@pytest.mark.parametrize("lang", TEXTS)
def test_a_paragraph_tells_its_language(lang: str) -> None:
    assert language_of(TEXTS[lang]) == lang
    assert lang_of(None, TEXTS[lang]) == lang


@pytest.mark.parametrize("text", ["", "Bridge opens", "12 345 678 " * 30, "xyz qwrt plmk " * 20])
def test_unsure_is_none(text: str) -> None:
    assert language_of(text) is None
    assert lang_of("pt-BR", text) == "pt-BR"


@pytest.mark.parametrize(
    ("declared", "text", "lang"),
    [
        ("en-GB", ENGLISH, "en-GB"),
        ("en-US", GERMAN, "de"),
        ("en", TEXTS["hi"], "hi"),
        ("mr", TEXTS["hi"], "mr"),
        ("de-CH", GERMAN, "de-CH"),
    ],
)
def test_a_template_s_language_gives_way_to_the_text_s(declared: str, text: str, lang: str) -> None:
    assert lang_of(declared, text) == lang


@given(st.text(max_size=300))
def test_any_text_has_a_language_or_none(text: str) -> None:
    found = language_of(text)
    assert found is None or 2 <= len(found) <= 3
