"""Chat commands on Telegram: /start, /help, /rules with buttons, /status."""

from monitor.bot.chatbot import ChatBot
from monitor.bot.desk import Desk, Status

__all__ = ["ChatBot", "Desk", "Status"]
