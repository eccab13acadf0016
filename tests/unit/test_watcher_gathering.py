"""What waits for the writer is done in one go, and each thing has its own end."""

import asyncio
from collections.abc import Sequence

import pytest

from watcher.gathering import MOST, Gathering


class _Work:
    """Halves numbers, and remembers its goes; ``gate`` holds it up, ``begun`` says that it is at it."""

    def __init__(self) -> None:
        self.goes: list[list[int]] = []
        self.gate = asyncio.Event()
        self.begun = asyncio.Event()

    async def __call__(self, numbers: Sequence[int]) -> Sequence[int | Exception]:
        self.goes.append(list(numbers))
        self.begun.set()
        await self.gate.wait()
        return [number // 2 if number % 2 == 0 else ValueError(f"{number} is odd") for number in numbers]


async def _asked(gathering: Gathering, work: _Work, numbers: range) -> list["asyncio.Task[int]"]:
    asked = [asyncio.create_task(gathering.do(number, "halves", work)) for number in numbers]
    await work.begun.wait()
    return asked


async def test_what_comes_during_a_go_is_the_next_one() -> None:
    """No more than a bounded number at once, in the order in which they came."""
    gathering, work = Gathering(), _Work()
    asked = await _asked(gathering, work, range(0, 10, 2))
    asked += [asyncio.create_task(gathering.do(n, "halves", work)) for n in range(10, 10 + 2 * (MOST + 1), 2)]
    await asyncio.sleep(0)
    assert work.goes == [[0, 2, 4, 6, 8]]
    work.gate.set()
    assert await asyncio.gather(*asked) == list(range(5 + MOST + 1))
    assert [len(go) for go in work.goes] == [5, MOST, 1]


async def test_nobody_is_told_before_the_go_has_ended() -> None:
    """That is what "committed" rests on."""
    gathering, work = Gathering(), _Work()
    asked = await _asked(gathering, work, range(0, 6, 2))
    assert not any(one.done() for one in asked)
    work.gate.set()
    assert await asyncio.gather(*asked) == [0, 1, 2]


async def test_each_has_its_own_error() -> None:
    """One that fails takes no other with it."""
    gathering, work = Gathering(), _Work()
    asked = await _asked(gathering, work, range(4))
    work.gate.set()
    told = await asyncio.gather(*asked, return_exceptions=True)
    assert told[::2] == [0, 1]
    assert [str(error) for error in told[1::2]] == ["1 is odd", "3 is odd"]


async def test_a_go_that_fails_as_a_whole_is_told_to_all_and_the_next_goes_on() -> None:
    """A writer that is broken for once leaves nobody waiting."""
    gathering, broken = Gathering(), [True]

    async def go(numbers: Sequence[int]) -> Sequence[int | Exception]:
        if broken.pop():
            broken.append(False)
            raise OSError("gone")
        broken.append(False)
        return numbers

    first = await asyncio.gather(*(gathering.do(n, "same", go) for n in (1, 2)), return_exceptions=True)
    assert [str(error) for error in first] == ["gone", "gone"]
    assert await asyncio.gather(*(gathering.do(n, "same", go) for n in (3, 4))) == [3, 4]


async def test_who_gives_up_changes_nothing_for_the_others() -> None:
    """A task that is cancelled while it waits."""
    gathering, work = Gathering(), _Work()
    asked = await _asked(gathering, work, range(0, 6, 2))
    asked[1].cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked[1]
    work.gate.set()
    assert [await asked[0], await asked[2]] == [0, 2]
    assert work.goes == [[0, 2, 4]]
