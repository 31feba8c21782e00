"""Every story through the generated client: typed in, typed out, and nothing lost on the way."""

import json
import os
import re
import unittest
from pathlib import Path
from typing import Any

from asaflex_client import Client
from asaflex_client.api.screenings import create_screening
from asaflex_client.models import Facts, Problem, ScreeningRequest, ScreeningResponse

EXAMPLES = Path(__file__).resolve().parents[2]
STORIES = sorted(path.parent for path in EXAMPLES.glob("*/request.json"))


def read(story: Path, file: str) -> Any:
    return json.loads((story / file).read_text(encoding="utf-8"))


def ask(variable: str, story: Path) -> ScreeningResponse:
    language = re.search(r"Accept-Language: ([a-z-]+)", (story / "curl.sh").read_text(encoding="utf-8"))
    assert language
    request = ScreeningRequest.from_dict(read(story, "request.json"))
    with Client(base_url=os.environ[variable]) as client:
        answer = create_screening.sync(client=client, body=request, accept_language=language[1])
    assert isinstance(answer, ScreeningResponse), answer
    return answer


class Stories(unittest.TestCase):
    def test_each_is_answered_exactly_as_written_down(self) -> None:
        self.assertGreaterEqual(len(STORIES), 10)
        for story in STORIES:
            with self.subTest(story.name):
                self.assertEqual(ask("ASAFLEX_URL", story).to_dict(), read(story, "response.json"))

    def test_an_id_that_came_later_does_not_disturb(self) -> None:
        answer = ask("ASAFLEX_LATER_URL", STORIES[0])
        self.assertIn("came-later", [module.id for module in answer.modules or []])
        self.assertIn("came-later", [notice.id for notice in answer.notices or []])

    def test_a_member_that_came_later_does_not_disturb(self) -> None:
        answer = ScreeningResponse.from_dict({**read(STORIES[0], "response.json"), "cameLater": 1})
        self.assertEqual(answer.headline, read(STORIES[0], "response.json")["headline"])

    def test_what_is_invalid_is_answered_with_a_problem(self) -> None:
        with Client(base_url=os.environ["ASAFLEX_URL"]) as client:
            answer = create_screening.sync(client=client, body=ScreeningRequest(facts=Facts(age=400)))
        assert isinstance(answer, Problem)
        self.assertEqual([error.pointer for error in answer.errors], ["/facts/age"])


if __name__ == "__main__":
    unittest.main()
