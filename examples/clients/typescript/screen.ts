// Says what is known about a trainee, and prints whom to call first.

import createClient from "openapi-fetch";
import type { components, paths } from "./generated/asaflex.js";

const asaflex = createClient<paths>({ baseUrl: process.env["ASAFLEX_URL"] ?? "http://127.0.0.1:8080" });

const facts: components["schemas"]["Facts"] = {
  requester: "trainee",
  trainingStatus: "in-training",
  trainingType: "in-company",
  writtenContract: true,
  livesInGermany: true,
  failedExams: ["final-once"],
};
const { data: answer, error: problem } = await asaflex.POST("/v1/screenings", {
  body: { facts },
  params: { header: { "Accept-Language": "en" } },
});
if (!answer) {
  throw new Error(`no advice: ${problem.code}`);
}

console.log(`${answer.outcome}: ${answer.headline}`);
const first = answer.contactRoutes?.[0];
if (first) {
  const phone = first.channels.find((channel) => channel.kind === "phone");
  console.log(`First contact: ${first.title}, ${phone?.label ?? first.purpose}`);
}
for (const module of answer.modules ?? []) {
  console.log(`Support: ${module.title} (${module.standing})`);
}
if (answer.nextQuestion) {
  console.log(`Next question of at most ${answer.nextQuestion.atMost}: ${answer.nextQuestion.question}`);
}
