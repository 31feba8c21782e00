"""Says what is known about a trainee, and prints whom to call first."""

import os

from asaflex_client import Client
from asaflex_client.api.screenings import create_screening
from asaflex_client.models import Facts, Problem, ScreeningRequest

facts = Facts(
    requester="trainee",
    training_status="in-training",
    training_type="in-company",
    written_contract=True,
    lives_in_germany=True,
    failed_exams=["final-once"],
)
with Client(base_url=os.environ.get("ASAFLEX_URL", "http://127.0.0.1:8080")) as client:
    answer = create_screening.sync(
        client=client, body=ScreeningRequest(facts=facts), accept_language="en"
    )
if answer is None or isinstance(answer, Problem):
    raise SystemExit(f"no advice: {answer}")

print(f"{answer.outcome}: {answer.headline}")
for route in (answer.contact_routes or [])[:1]:
    phones = [channel.label for channel in route.channels if channel.kind == "phone"]
    print(f"First contact: {route.title}, {phones[0] if phones else route.purpose}")
for module in answer.modules or []:
    print(f"Support: {module.title} ({module.standing})")
if answer.next_question:
    question = answer.next_question
    print(f"Next question of at most {question.at_most}: {question.question}")
