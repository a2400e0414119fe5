"""Which earlier article of the same text an article is a copy of."""

from monitor.stories import Edition, story_of_copy


class TestStoryOfCopy:
    ledger = Edition(7, "The Ledger", "OpenAI comes to India")

    def test_a_text_nobody_had_is_no_copy(self):
        assert story_of_copy("Wire", "OpenAI in India", []) is None

    def test_another_outlet_may_change_the_headline(self):
        assert story_of_copy("Wire", "Something else", [self.ledger]) == 7

    def test_the_same_outlet_may_not(self):
        assert story_of_copy("The Ledger", "Rain in the hills", [self.ledger]) is None

    def test_the_same_headline_at_the_same_outlet_is_a_copy_whatever_its_case(self):
        assert story_of_copy("The Ledger", "OPENAI comes to India", [self.ledger]) == 7

    def test_a_notice_that_one_outlet_has_under_two_headlines_folds_nothing(self):
        notice = [self.ledger, Edition(8, "The Ledger", "Rain in the hills")]
        assert story_of_copy("Wire", "Trains are late", notice) is None
        assert story_of_copy("The Ledger", "Rain in the hills", notice) == 8
