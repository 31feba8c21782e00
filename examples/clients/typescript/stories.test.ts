// Every story through the generated client. That the types describe the answers is held by the compiler: `generated/stories.ts` assigns each
// written answer to its type.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import createClient from "openapi-fetch";
import type { components, paths } from "./generated/asaflex.js";

type ScreeningRequest = components["schemas"]["ScreeningRequest"];
type ScreeningResponse = components["schemas"]["ScreeningResponse"];

// From `generated/js`, where the compiler writes.
const examples = fileURLToPath(new URL("../../../..", import.meta.url));
const stories = readdirSync(examples).filter((story) => existsSync(join(examples, story, "request.json")));
const read = (story: string, file: string): string => readFileSync(join(examples, story, file), "utf8");

async function ask(baseUrl: string | undefined, story: string): Promise<ScreeningResponse> {
  assert(baseUrl);
  const language = /Accept-Language: ([a-z-]+)/.exec(read(story, "curl.sh"))?.[1] ?? "de";
  const { data, error } = await createClient<paths>({ baseUrl }).POST("/v1/screenings", {
    body: JSON.parse(read(story, "request.json")) as ScreeningRequest,
    params: { header: { "Accept-Language": language } },
  });
  assert(data, error?.code);
  return data;
}

for (const story of stories) {
  test(`${story} is answered exactly as written down`, async () => {
    assert.deepEqual(await ask(process.env["ASAFLEX_URL"], story), JSON.parse(read(story, "response.json")));
  });
}

test("an id that came later does not disturb", async () => {
  const answer = await ask(process.env["ASAFLEX_LATER_URL"], "simple-language");
  assert(answer.modules?.some((module) => module.id === "came-later"));
  assert(answer.notices?.some((notice) => notice.id === "came-later"));
});

test("what is invalid is answered with a problem", async () => {
  const asaflex = createClient<paths>({ baseUrl: process.env["ASAFLEX_URL"] ?? "" });
  const { error } = await asaflex.POST("/v1/screenings", { body: { facts: { age: 400 } } });
  assert.deepEqual(error?.errors.map((one) => one.pointer), ["/facts/age"]);
});

test("options of facts and statuses are closed, ids are open", () => {
  const facts: components["schemas"]["Facts"] = {
    // @ts-expect-error: no option of this fact
    trainingStatus: "running",
  };
  // @ts-expect-error: no outcome
  const outcome: components["schemas"]["Outcome"] = "entitled";
  const id: components["schemas"]["ModuleId"] = "came-later";
  assert(facts && outcome && id);
});
