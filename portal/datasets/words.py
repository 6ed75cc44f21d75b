"""The index of names: every word of a version's keys with the numbers of the names that hold it.

Built in memory while a file is read (four bytes a word of a name) and written at its end. Numbered packs have none:
a candidate's number is matched exactly, for a slip of one digit is somebody else's.
"""

from __future__ import annotations

from array import array

LONGEST_WORD = 60


class NameIndex:
    """Numbers distinct names in the order they come and notes the words of each."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.postings: dict[str, array] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def add(self, name: str) -> bool:
        """Note a name; return whether it is new."""
        if name in self._numbers:
            return False
        number = self._numbers[name] = len(self._numbers)
        for word in dict.fromkeys(name.split()):
            word = word[:LONGEST_WORD]
            found = self.postings.get(word)
            if found is None:
                found = self.postings[word] = array("I")
            found.append(number)
        return True

    def names(self):
        """Yield (number, name)."""
        return ((number, name) for name, number in self._numbers.items())

    def words(self):
        """Yield (word, count, the numbers as bytes)."""
        return ((word, len(found), found.tobytes()) for word, found in self.postings.items())
