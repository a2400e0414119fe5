"""Spellings: written words as numbers, the same for all engines, so that tables can go by them.

One look-up tells which word stands in an article; everything else that an engine knows of words is
in columns by this number, which numpy reads for all words of the article at once.
"""

FIELD, PARAGRAPH = "\f", "\n"  # words, as it were, between fields and between paragraphs
MOST_LETTERS = 1_000_000  # of all words remembered; some 20 MB


class Spellings(dict[str, int]):
    """Written word → number; ``words`` are the words by their numbers.

    ``age`` grows when all is forgotten, and numbers mean other words.
    """

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.letters = 0
        self.age = 0
        self._open()

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self.words)
        self.words.append(word)
        self.letters += len(word)  # where no blanks are written, a word is as long as a paragraph
        return number

    def tidy(self) -> None:
        """Forget all words if there are too many. Not to be called amid an article."""
        if self.letters > MOST_LETTERS:
            self.clear()
            self.words.clear()
            self.letters = 0
            self.age += 1
            self._open()

    def _open(self) -> None:
        for word in (FIELD, PARAGRAPH):
            self.__missing__(word)


SPELLINGS = Spellings()
