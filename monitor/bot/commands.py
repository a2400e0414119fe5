"""The chat commands: who asked, what is answered, and what a pressed button changes."""

import contextlib
from collections.abc import Callable
from typing import Any

import structlog
from telegram import Bot, CallbackQuery, InlineKeyboardMarkup, LinkPreviewOptions, Message, Update
from telegram.error import BadRequest, TelegramError
from telegram.ext import (
    Application,
    ApplicationHandlerStop,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    TypeHandler,
    filters,
)

from monitor.bot import pages
from monitor.bot.access import Admins, Recent
from monitor.bot.desk import Desk
from monitor.channels.telegram import scrubbed
from monitor.errors import StoreError
from monitor.model import Chat
from monitor.render import plain

Context = ContextTypes.DEFAULT_TYPE
log = structlog.get_logger(__name__)

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_TOAST = 200  # characters of an answer to a pressed button


class Commands:
    """Answers commands and buttons through one bot, with what the desk knows."""

    def __init__(self, bot: Bot, desk: Desk, clock: Callable[[], float]) -> None:
        self._bot = bot
        self._desk = desk
        self._admins = Admins(bot, clock)
        # A stranger who repeats /start must not use up what Telegram lets us send.
        self._greeted: Recent[int, bool] = Recent(3600.0, clock)

    def add_to(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Register everything; the guard comes before all else and sees every update."""
        application.add_handler(TypeHandler(Update, self._guard), group=-1)
        application.add_handler(CommandHandler(["start", "help"], self._help))
        application.add_handler(CommandHandler("rules", self._rules))
        application.add_handler(CommandHandler("status", self._status))
        application.add_handler(CallbackQueryHandler(self._pressed))
        unknown = filters.COMMAND & filters.ChatType.PRIVATE
        application.add_handler(MessageHandler(unknown, self._unknown))
        application.add_error_handler(self._failed)

    async def _guard(self, update: Update, _: Context) -> None:
        """Stop everything from chats that are not on the list. The one place that lets in."""
        chat = self._chat(update)
        if chat is None:
            await self._turn_away(update.message)
            raise ApplicationHandlerStop
        try:
            await self._desk.welcome(chat)
        except StoreError as error:
            log.warning("a chat that is back is still suspended", chat=chat.name, error=str(error))

    async def _turn_away(self, message: Message | None) -> None:
        if message is None or not self._asks_to_start(message):
            return
        if self._greeted.get(message.chat_id):
            return
        self._greeted.put(message.chat_id, fact=True)
        await _reply(message, pages.stranger_text(str(message.chat_id)))

    def _chat(self, update: Update) -> Chat | None:
        chat = update.effective_chat
        return self._desk.chat_for(str(chat.id)) if chat else None

    def _asks_to_start(self, message: Message) -> bool:
        command, _, name = (message.text or "").partition(" ")[0].partition("@")
        return command == "/start" and name.lower() in ("", self._bot.username.lower())

    async def _help(self, update: Update, _: Context) -> None:
        if update.message and (chat := self._chat(update)):
            await _reply(update.message, pages.help_text(chat.name))

    async def _rules(self, update: Update, _: Context) -> None:
        if update.message and (chat := self._chat(update)):
            page = self._page(chat, 0)
            await _reply(update.message, page.text, page.buttons)

    async def _status(self, update: Update, _: Context) -> None:
        if update.message:
            await _reply(update.message, pages.status_text(self._desk.status()))

    async def _unknown(self, update: Update, _: Context) -> None:
        if update.message:
            await _reply(update.message, "There is no such command. /help shows all of them.")

    def _page(self, chat: Chat, number: int) -> pages.Page:
        return pages.rules_page(
            self._desk.rules(), lambda rule: self._desk.receives(chat, rule), number
        )

    # --- buttons -----------------------------------------------------------------------------

    async def _pressed(self, update: Update, _: Context) -> None:
        query, chat = update.callback_query, self._chat(update)
        if query is None or chat is None:
            return
        press = pages.press_of(query.data or "")
        if press is None:
            await _answer(query, "This button is from another version. Send /rules for new ones.")
            return
        await _answer(query, await self._turn(update, chat, press) if press.rule else "")
        await self._show(query, self._page(chat, press.page))

    async def _turn(self, update: Update, chat: Chat, press: pages.Press) -> str:
        """Do what the button says; the answer is what to tell the one who pressed it."""
        rules = self._desk.rules()
        rule = next((rule for rule in rules if pages.short_id(rule.id) == press.rule), None)
        if rule is None:
            return "That rule is gone. These are the rules now."
        try:
            if not await self._admins.may_change(update):
                return "Only admins of this group may change what it gets."
            await self._desk.subscribe(chat, rule.id, on=press.on)
        except TelegramError:
            return "Telegram did not say whether you are an admin here. Try again in a minute."
        except StoreError as error:
            return f"Nothing changed: {error}"
        return f"{'Subscribed' if press.on else 'Unsubscribed'}: {rule.title}"

    async def _show(self, query: CallbackQuery, page: pages.Page) -> None:
        if query.message is None:
            return
        try:
            await self._bot.edit_message_text(
                page.text,
                chat_id=query.message.chat.id,
                message_id=query.message.message_id,
                reply_markup=page.buttons,
                link_preview_options=_NO_PREVIEW,
            )
        except BadRequest as error:
            if "not modified" not in error.message.lower():  # pressed twice: it shows that already
                raise

    async def _failed(self, _: object, context: Context) -> None:
        error = context.error
        if isinstance(error, TelegramError):
            said = scrubbed(error.message, self._bot.token)
            log.warning("an answer to a chat command did not get through", error=said)
        else:
            log.error("a chat command failed", exc_info=error)
        # Otherwise the library goes on with the next group: a guard that failed would let pass.
        raise ApplicationHandlerStop


async def _reply(message: Message, text: str, buttons: InlineKeyboardMarkup | None = None) -> None:
    await message.reply_text(text, reply_markup=buttons, link_preview_options=_NO_PREVIEW)


async def _answer(query: CallbackQuery, text: str) -> None:
    with contextlib.suppress(BadRequest):  # pressed before a restart: too old to be answered
        await query.answer(plain(text, _TOAST) or None)
