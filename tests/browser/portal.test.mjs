// The portal page in a real browser: from the first question to the call, in three languages, with the keyboard, with axe-core.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { BASE, launch, newContext } from './browser.mjs';
import { LOCALES, publishedCase, visit } from './portal.mjs';

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

const scenes = [];

/** Opens the page, runs the test, and looks at what was left behind, whatever the test was about. */
function scene(name, options, run) {
  scenes.push([name, options.skip, async () => {
    const portal = await visit(browser, options);
    try {
      await run(portal);
      await portal.leavesNothing();
    } finally {
      await portal.close();
    }
  }]);
}

const IN_TRAINING = {
  acuteDanger: false, requester: 'trainee', trainingStatus: 'in-training', trainingType: 'in-company', writtenContract: true, receivesAsa: false,
  livesInGermany: true, needsSupport: true, receivesJobcenterBenefits: false, companyConflict: [],
};

// Nothing is missing but time.
const WAITING = {
  acuteDanger: false, requester: 'trainee', trainingStatus: 'none', receivesAsa: false, livesInGermany: true, needsSupport: true, receivesJobcenterBenefits: false,
  compulsorySchoolingCompleted: true, seeksInCompanyTraining: true, vorphaseStatus: 'not-started', residenceStatus: 'toleration', workPermission: 'permitted',
  entryDate: '2026-06-01', lawfulStaySince: '2026-06-01', germanAndSchoolSkillsSufficient: true,
};

// ---------------------------------------------------------------------------------------------------------------- stories

for (const id of ['P01', 'P29', 'P10a']) {
  for (const locale of LOCALES) {
    scene(`case ${id} in ${locale}: from the first question to the call`, {}, async (portal) => {
      const { facts, expect } = publishedCase(id);
      await portal.speak(locale);
      await portal.start();
      const catalog = await portal.catalog(locale);
      let left = Infinity;
      const asked = await portal.answerAll(catalog, facts, async () => {
        const now = await portal.left();
        assert.ok(now <= left, `progress goes back: at most ${left}, then ${now}`);
        left = now;
        assert.equal((await portal.focused()).heading, true, 'the focus moves to the new question');
        assert.equal(await portal.find('[data-skip]').count(), 2, 'two ways to give no answer');
        assert.equal(await portal.find('[data-back]').count(), 1);
        assert.equal(await portal.find('[data-result]').count(), 1);
      });
      assert.deepEqual(asked, [...new Set(asked)], 'no question comes twice');

      const first = portal.find('[data-first]').first();
      assert.ok(expect.routesFirst.includes(await first.getAttribute('data-first')), 'the first contact is the expected one');
      for (const [pathway, outcomes] of Object.entries(expect.pathways)) {
        assert.ok(outcomes.includes(await portal.find(`[data-pathway="${pathway}"]`).getAttribute('data-outcome')), `outcome of ${pathway}`);
      }
      for (const module of expect.modulesInclude ?? []) assert.equal(await portal.find(`[data-module="${module}"]`).count(), 1, module);
      for (const offer of expect.offersInclude ?? []) assert.equal(await portal.find(`[data-offer="${offer}"]`).count(), 1, offer);
      for (const fact of expect.openQuestionsInclude ?? []) assert.ok((await portal.find(`[data-open="${fact}"]`).count()) >= 1, `${fact} can still be answered`);

      const call = first.locator('[data-call]').first();
      assert.match(await call.getAttribute('href'), /^tel:\+?\d+$/);
      await call.click();
      assert.deepEqual(await portal.calls(), [await call.getAttribute('href')]);
      assert.equal(await portal.page.evaluate(() => document.documentElement.lang), locale);
    });
  }
}

scene('case P01 with the keyboard alone', { width: 1280, height: 900 }, async (portal) => {
  const { facts } = publishedCase('P01');
  const { keyboard } = portal.page;
  await portal.tabTo((focused) => focused.data.includes('start'), 'the start');
  await keyboard.press('Enter');
  await portal.find('.question').waitFor();
  const catalog = await portal.catalog('de');
  for (let count = 0; await portal.isAsking(); count += 1) {
    assert.ok(count < 70);
    assert.equal((await portal.focused()).heading, true);
    const title = await portal.question();
    const fact = catalog.get(title);
    const value = facts[fact.id];
    if (value === undefined) {
      await portal.tabTo((focused) => focused.data.includes('skip'), 'to give no answer');
      await keyboard.press('Enter');
    } else if (fact.type === 'bool') {
      await portal.tabTo((focused) => focused.value === String(value), 'yes and no');
      await keyboard.press('Space');
    } else if (fact.type === 'many') {
      for (const one of value) {
        await portal.tabTo((focused) => focused.value === one, one);
        await keyboard.press('Space');
      }
      await keyboard.press('Enter');
    } else {
      await portal.tabTo((focused) => focused.data.includes('firstField'), 'the options');
      for (let presses = 0; (await portal.focused()).value !== value; presses += 1) {
        assert.ok(presses < 20, `the arrow keys do not reach ${value}`);
        await keyboard.press('ArrowDown');
      }
      await keyboard.press('Enter');
    }
    await portal.next(title);
  }
  await portal.find('[data-first]').waitFor();
  assert.equal((await portal.focused()).heading, true, 'the focus moves to the result');
  await portal.tabTo((focused) => focused.data.includes('call'), 'the call');
  await keyboard.press('Enter');
  assert.deepEqual(await portal.calls(), ['tel:+498004555500']);
});

// ---------------------------------------------------------------------------------------------------------------- axe-core

for (const [locale, scheme, width, id] of [['de', 'light', 1280, 'P29'], ['de-simple', 'dark', 390, 'P01'], ['en', 'light', 320, 'P10a']]) {
  scene(`axe-core finds nothing on every page of ${id}: ${locale}, ${scheme}, ${width} px`, { width, scheme }, async (portal) => {
    await portal.speak(locale);
    await portal.accessible('the start');
    await portal.find('.help').click();
    await portal.accessible('the crisis help');
    await portal.find('.help').click();
    await portal.start();
    const catalog = await portal.catalog(locale);
    const kinds = new Set();
    await portal.answerAll(catalog, publishedCase(id).facts, async (count) => {
      const { type, sensitive } = catalog.get(await portal.question());
      const kind = `${type} ${sensitive} ${count > 1}`;
      if (!kinds.has(kind)) await portal.accessible(`question ${count + 1}`);
      kinds.add(kind);
    });
    assert.ok(kinds.size >= 4, [...kinds].join(', '));
    await portal.accessible('the result');
    if (await portal.find('[data-all-contacts]').count()) await portal.find('[data-all-contacts]').click();
    await openEverything(portal);
    await portal.accessible('the result, everything unfolded');
    await portal.find('[data-restart]').click();
    await portal.accessible('the question before starting over');
    await portal.find('[data-restart-no]').click();
  });
}

scene('axe-core finds nothing on every kind of input and its error', { scheme: 'dark' }, async (portal) => {
  await showResult(portal, IN_TRAINING);
  for (const [fact, wrong] of [['age', '400'], ['homePostalCode', '123'], ['failedExams', null], ['languageBarriers', null], ['homeStrain', null]]) {
    await portal.find(`button[data-open="${fact}"]`).evaluate((button) => { button.closest('details').open = true; button.click(); });
    await portal.find('.question').waitFor();
    if (wrong !== null) await portal.find('.field input').fill(wrong);
    await portal.find('[data-next]').click();
    await portal.find('[role="alert"]').waitFor();
    await portal.accessible(`the error on ${fact}`);
    if (wrong !== null) assert.equal(await portal.find('.field input').getAttribute('aria-invalid'), 'true');
    await portal.find('[data-result]').click();
    await portal.find('[data-first]').waitFor();
  }
});

// ---------------------------------------------------------------------------------------------------------------- questions

scene('a date can be picked or typed, and nonsense is refused kindly', {}, async (portal) => {
  await showResult(portal, { acuteDanger: false, requester: 'trainee', trainingStatus: 'completed', trainingType: 'in-company', trainingSupportedByAsa: true, receivesAsa: false });
  const catalog = await portal.catalog('de');
  await portal.find('button[data-open="trainingEndedOn"]').evaluate((button) => { button.closest('details').open = true; button.click(); });
  await portal.find('.question').waitFor();
  assert.equal(catalog.get(await portal.question()).id, 'trainingEndedOn');
  assert.equal(await portal.find('.field input').getAttribute('type'), 'date');
  await portal.find('[data-swap]').click();
  assert.equal(await portal.find('.field input').getAttribute('type'), 'text');
  await portal.accessible('a date to type');
  for (const wrong of ['31.02.2026', 'gestern', '']) {
    await portal.find('.field input').fill(wrong);
    await portal.find('[data-next]').click();
    await portal.find('[role="alert"]').waitFor();
  }
  await portal.find('.field input').fill('31.7.2026');
  await portal.find('[data-next]').click();
  await portal.find('[data-first]').waitFor();
  assert.equal(lastScreening(portal).facts.trainingEndedOn, '2026-07-31');
  await portal.find('button[data-change="trainingEndedOn"]').click();
  assert.equal(await portal.find('.field input').inputValue(), '31.07.2026', 'who typed it finds it typed');
  assert.equal(await portal.find('.field input').getAttribute('type'), 'text');
  await portal.find('[data-swap]').click();
  assert.equal(await portal.find('.field input').inputValue(), '2026-07-31');
});

scene('numbers are checked here, and what the service refuses is shown at the question', {
  prepare: (page) => page.route('**/v1/screenings', async (route) => {
    if (!('age' in route.request().postDataJSON().facts)) return route.fallback();
    return route.fulfill({ status: 422, contentType: 'application/problem+json', json: { code: 'invalid-request', requestId: 'r-1', errors: [{ pointer: '/facts/age', code: 'out-of-range', message: '' }] } });
  }),
}, async (portal) => {
  await showResult(portal, IN_TRAINING);
  await portal.find('button[data-open="age"]').evaluate((button) => { button.closest('details').open = true; button.click(); });
  await portal.find('.question').waitFor();
  await portal.find('.field input').fill('9');
  await portal.find('[data-next]').click();
  assert.match(await portal.find('[role="alert"]').innerText(), /10 bis 99/);
  await portal.find('.field input').fill('19');
  await portal.find('[data-next]').click();
  await portal.until(async () => /Dienst/.test(await portal.find('[role="alert"]').innerText()), 'the refusal is shown');
  assert.equal(await portal.find('.field input').inputValue(), '19', 'what was typed is still there');
});

scene('back, and any earlier answer can be changed', {}, async (portal) => {
  await portal.start();
  const catalog = await portal.catalog('de');
  for (let count = 0; count < 4; count += 1) await portal.answer(catalog, IN_TRAINING);
  const fifth = await portal.question();
  await portal.find('[data-back]').click();
  await portal.next(fifth);
  const was = () => portal.page.evaluate(() => document.querySelector('asaflex-check').shadowRoot.querySelector('.choice.was')?.dataset.value);
  assert.equal(await was(), 'in-company', 'the answer is still there');
  await portal.find('[data-back]').click();
  await portal.until(async () => (await was()) === 'in-training', 'the question before');
  await portal.find('.choice.was').click();
  await portal.until(async () => (await was()) === 'in-company', 'unchanged, so on to the next one');
  await portal.page.goBack();
  await portal.until(async () => (await was()) === 'in-training', "the browser's own back does the same");

  await portal.find('.so-far summary').click();
  await portal.find('button[data-change="requester"]').click();
  await portal.until(async () => (await was()) === 'trainee', 'an earlier answer');
  const title = await portal.question();
  await portal.find('.choice[data-value="parent"]').click();
  await portal.next(title);
  assert.equal(await portal.question(), fifth, 'and on where the visitor was');
  assert.deepEqual(lastScreening(portal).facts, { acuteDanger: false, requester: 'parent', trainingStatus: 'in-training', trainingType: 'in-company' });
});

scene('what was skipped stays unknown, is not asked again, and can be made up for', {}, async (portal) => {
  await portal.start();
  const catalog = await portal.catalog('de');
  const asked = await portal.answerAll(catalog, { acuteDanger: false, requester: 'trainee' });
  assert.equal(new Set(asked).size, asked.length);
  assert.deepEqual(lastScreening(portal).facts, { acuteDanger: false, requester: 'trainee' });
  await portal.find('[data-ask-all]').click();
  await portal.find('.question').waitFor();
  assert.ok(!asked.includes(catalog.get(await portal.question()).id), 'the next question is a new one');
  await portal.find('[data-result]').click();
  await portal.find('[data-first]').waitFor();
  await portal.find('button[data-open="trainingStatus"]').evaluate((button) => { button.closest('details').open = true; button.click(); });
  await portal.find('.choice[data-value="in-training"]').click();
  await portal.find('[data-first]').waitFor();
  assert.equal(lastScreening(portal).facts.trainingStatus, 'in-training');
});

scene('a change of language keeps every answer, even one that is not sent yet', {}, async (portal) => {
  await showResult(portal, IN_TRAINING);
  await portal.find('button[data-open="failedExams"]').evaluate((button) => { button.closest('details').open = true; button.click(); });
  await portal.find('input[data-value="interim"]').check();
  for (const locale of ['en', 'de-simple', 'de']) {
    await portal.speak(locale);
    assert.equal(await portal.find('input:checked').getAttribute('data-value'), 'interim');
    assert.ok((await portal.catalog(locale)).has(await portal.question()), `the question is in ${locale}`);
    assert.equal(await portal.find('button[data-change="requester"]').count(), 1);
  }
  await portal.find('[data-result]').click();
  await portal.find('[data-first]').waitFor();
  await portal.find('input[data-need="theoryGaps"]').check();
  await portal.speak('en');
  assert.match(await portal.find('[data-heading]').innerText(), /next step/);
  assert.equal(await portal.find('button[data-change="requester"]').count(), 1);
  assert.equal(await portal.find('input[data-need="theoryGaps"]').isChecked(), true, 'a tick is kept');
});

scene('the number to call is known after two answers, and says whether it can still change', {}, async (portal) => {
  await portal.start();
  const catalog = await portal.catalog('de');
  const told = [];
  await portal.answerAll(catalog, IN_TRAINING, async (count) => {
    if (count < 2) return;
    assert.equal(await portal.find('.known a').getAttribute('href'), 'tel:+498004555500');
    told.push(await portal.find('.known-title').innerText());
  });
  assert.match(told[0], /Stand jetzt/);
  assert.equal(new Set(told).size, 1, 'a conflict, asked last, could still lead elsewhere');
  await portal.find('button[data-open="failedExams"]').evaluate((button) => { button.closest('details').open = true; button.click(); });
  await portal.find('.known').waitFor();
  assert.match(await portal.find('.known-title').innerText(), /Nach Ihren Angaben/);
});

scene('difficulties can be ticked in one go, and what is left empty stays unknown', {}, async (portal) => {
  await showResult(portal, IN_TRAINING);
  assert.equal(await portal.find('[data-module="foerderunterricht-theorie"]').count(), 0);
  await portal.find('input[data-need="theoryGaps"]').check();
  await portal.find('input[data-need="examAnxiety"]').check();
  await portal.find('button[data-needs]').click();
  await portal.find('[data-module="foerderunterricht-theorie"]').waitFor();
  assert.equal(await portal.find('[data-module="pruefungsangst"]').count(), 1);
  const { facts } = lastScreening(portal);
  assert.equal(facts.theoryGaps, true);
  assert.equal(facts.examAnxiety, true);
  assert.equal('basicSkillsGaps' in facts, false);
  await portal.find('input[data-need="examAnxiety"]').uncheck();
  await portal.find('button[data-needs]').click();
  await portal.until(async () => (await portal.find('[data-module="pruefungsangst"]').count()) === 0, 'the module goes with its tick');
  assert.equal('examAnxiety' in lastScreening(portal).facts, false);
  await portal.accessible('the result with ticks');
});

scene('sensitive questions are marked, with the reason, and can be left out', {}, async (portal) => {
  await portal.start();
  const facts = [...(await portal.catalog('de')).values()];
  const danger = facts.find((fact) => fact.id === 'acuteDanger');
  assert.equal(await portal.question(), danger.question);
  assert.equal(await portal.find('.badge').count(), 1);
  assert.ok((await portal.find('#reason').innerText()).includes(danger.why));
  assert.equal(await portal.find('[data-skip]').count(), 2);
});

scene('where a question speaks of somebody else, it is said who is meant', {}, async (portal) => {
  const hints = async (locale, requester) => {
    await portal.speak(locale);
    await portal.start();
    const found = new Set();
    await portal.answerAll(await portal.catalog(locale), { ...IN_TRAINING, requester }, async () => {
      found.add((await portal.find('#hint').count()) ? (await portal.find('#hint').innerText()).split('. ')[0].replace(/\.$/, '') : '');
    });
    await portal.find('[data-restart]').click();
    await portal.find('[data-restart-yes]').click();
    await portal.find('[data-start]').waitFor();
    return found;
  };
  assert.ok((await hints('de', 'trainee')).has('Gemeint sind Sie'));
  assert.ok(!(await hints('de', 'parent')).has('Gemeint sind Sie'));
  assert.ok((await hints('en', 'trainee')).has('The young person is you'));
  assert.ok((await hints('de-simple', 'trainee')).has('Damit bist du gemeint'));
  assert.ok(!(await hints('de-simple', 'parent')).has('Damit bist du gemeint'));
});

scene('progress is said, and then falls silent', { prepare: (page) => page.clock.install() }, async (portal) => {
  await portal.start();
  const said = () => portal.find('[role="status"]').innerText();
  await portal.until(async () => /Frage 1\. meist etwa zehn\. Mit allen Zusatzfragen höchstens noch \d+/.test(await said()), 'progress is said');
  await portal.page.clock.fastForward(6_000);
  assert.equal(await said(), '', 'nobody reads it again as a part of the page');
});

scene('who looks at the result early is led back to the questions, and not buried in what is missing', {}, async (portal) => {
  await portal.start();
  const catalog = await portal.catalog('de');
  await portal.answer(catalog, IN_TRAINING);
  const title = await portal.question();
  await portal.find('[data-result]').click();
  await portal.find('[data-first]').waitFor();
  assert.equal(await portal.find('[data-outcome="missing-facts"]').count(), 6);
  assert.equal(await portal.find('[data-to-open]').count(), 0);
  await portal.find('[data-resume]').click();
  await portal.find('.question').waitFor();
  assert.equal(await portal.question(), title);
  await portal.answerAll(catalog, IN_TRAINING);
  assert.equal(await portal.find('[data-resume]').count(), 0, 'everything that decides is answered');
});

for (const [status, words] of [['in-training', /bei meiner Ausbildung/], ['none', /ich suche eine Ausbildung/], ['completed', /habe eine Ausbildung abgeschlossen/]]) {
  scene(`what can be said on the phone is true for the training status ${status}`, {}, async (portal) => {
    await portal.start();
    const catalog = await portal.catalog('de');
    for (let count = 0; count < 3; count += 1) await portal.answer(catalog, { ...IN_TRAINING, trainingStatus: status });
    await portal.find('[data-result]').click();
    assert.match(await portal.find('.say blockquote').innerText(), words);
  });
}

const SCHOOL_ONLY = { ...IN_TRAINING, trainingType: 'school-based' };
const MAYBE = /ob [^.]*möglich ist|in Frage\?/;
for (const [who, facts, words, never] of [
  ['a trainee whom AsA flex does not fit', SCHOOL_ONLY, /Welche andere Hilfe gibt es für mich\?/, MAYBE],
  ['a parent whose child AsA flex does not fit', { ...SCHOOL_ONLY, requester: 'parent' }, /Welche andere Hilfe gibt es\?/, MAYBE],
  ['a company', { ...IN_TRAINING, requester: 'company' }, /unser Betrieb bildet aus[^]* in Frage\?/, /abgeschlossen/],
  ['a parent whose child has completed the training', { ...IN_TRAINING, requester: 'parent', trainingStatus: 'completed', trainingSupportedByAsa: true }, /der eine Ausbildung abgeschlossen hat/, /bei der Ausbildung Unterstützung/],
  ['a company that asks about completed training', { ...IN_TRAINING, requester: 'company', trainingStatus: 'completed', trainingSupportedByAsa: true }, /der eine Ausbildung abgeschlossen hat/, /bildet aus/],
  ['a teacher whose pupil is looking for training', { ...IN_TRAINING, requester: 'teacher', trainingStatus: 'none' }, /der eine Ausbildung sucht/, /bei der Ausbildung Unterstützung/],
]) {
  scene(`what can be said on the phone agrees with the result and the training: ${who}`, {}, async (portal) => {
    await showResult(portal, facts);
    const sentence = await portal.find('.say blockquote').innerText();
    assert.match(sentence, words);
    assert.doesNotMatch(sentence, never);
  });
}

scene('who waits asks on the phone from when, and who needs no help gets no sentence that asks for it', {}, async (portal) => {
  await showResult(portal, WAITING);
  assert.match(await portal.find('.say blockquote').innerText(), /ab wann .* in Frage kommt/);
  await portal.find('button[data-change="needsSupport"]').first().click();
  await portal.find('.choice[data-value="false"]').click();
  await portal.find('[data-first]').waitFor();
  assert.equal(await portal.find('.say').count(), 0);
});

// ---------------------------------------------------------------------------------------------------------------- who asks

for (const [requester, facts, number] of [['works-council', {}, 'tel:+498004555520'], ['provider', { receivesAsa: true }, 'tel:+498004555500']]) {
  scene(`nobody is sent to themselves, and the next number stands beside it: ${requester}`, {}, async (portal) => {
    await portal.start();
    let known = 0;
    await portal.answerAll(await portal.catalog('de'), { ...IN_TRAINING, ...facts, requester }, async () => {
      if (!(await portal.find('.known').count())) return;
      const text = await portal.find('.known').innerText();
      if (!/eigene Stelle/.test(text)) return;
      known += 1;
      assert.match(text, /Sie können selbst anfangen/);
      assert.doesNotMatch(text, /zuerst dorthin|zuerst hier anrufen/);
      assert.equal(await portal.find('.known a').getAttribute('href'), number);
    });
    assert.ok(known > 0, 'it is said while the questions go on');
    const first = portal.find('[data-first]');
    const text = await first.innerText();
    assert.match(text, /Sie können selbst anfangen[^]*Ihre eigene Stelle/);
    assert.doesNotMatch(text, /ohne zentrale Nummer/);
    assert.equal(await first.locator('.first-head [data-call]').getAttribute('href'), number);
    assert.doesNotMatch(await first.locator('.first-head').innerText(), /weiß die Agentur/, 'the own office needs no way to it');
    await portal.accessible('the result for the first contact itself');
    for (const [locale, words] of [['de-simple', /Du kannst selbst anfangen/], ['en', /you can start this yourself/]]) {
      await portal.speak(locale);
      assert.match(await first.innerText(), words);
    }
  });
}

scene('somebody else is still led to the works council or the provider as to another office', {}, async (portal) => {
  await showResult(portal, { ...IN_TRAINING, receivesAsa: true });
  assert.equal(await portal.find('[data-first]').getAttribute('data-first'), 'bildungstraeger');
  assert.match(await portal.find('[data-first]').innerText(), /weiß die Agentur[^]*ohne zentrale Nummer/);
  assert.equal(await portal.find('[data-own]').count(), 0);
});

const ADDRESSED = /Für dich|schwer für dich|Dein Amt|Wo du wohnst|Ausbildung und du|hast du ein Recht|Bekommst du die Hilfe/;
for (const [requester, own] of [['trainee', true], ['company', false], ['provider', false], ['works-council', false], ['parent', false], ['teacher', false]]) {
  scene(`in simple language only the young person is addressed as the one it is about: ${requester}`, {}, async (portal) => {
    await portal.speak('de-simple');
    await portal.start();
    await portal.answerAll(await portal.catalog('de-simple'), { ...IN_TRAINING, requester });
    await portal.find('button[data-open="companyNeeds"]').evaluate((button) => { button.closest('details').open = true; button.click(); });
    await portal.find('.option input').first().check();
    await portal.find('[data-next]').click();
    await portal.find('[data-first]').waitFor();
    await openEverything(portal);
    const text = (await portal.find('.result').innerText()).replaceAll('\u00a0', ' ');
    if (own) for (const words of ['Für dich', 'schwer für dich', 'Dein Amt', 'Wo du wohnst', 'Ausbildung und du']) assert.ok(text.includes(words), words);
    else {
      assert.doesNotMatch(text, ADDRESSED);
      assert.match(text, /Für den jungen Menschen[^]*Für die Firma/);
    }
  });
}

// ---------------------------------------------------------------------------------------------------------------- crisis

scene('crisis help is on every page, and danger leads straight to it', {}, async (portal) => {
  const lines = ['tel:112', 'tel:+498001110111', 'tel:+498001110222', 'tel:116123'];
  const reachable = async (where) => {
    await portal.find('.help').click();
    const found = await portal.find('.crisis-drawer a').evaluateAll((links) => links.filter((link) => link.offsetHeight >= 44).map((link) => link.href));
    assert.deepEqual(found, lines, where);
    await portal.find('.help').click();
  };
  await reachable('the start');
  await portal.start();
  await reachable('a question');
  await portal.find('.choice[data-value="true"]').click();
  await portal.find('[data-first="notruf"]').waitFor();
  await reachable('the result');
  await portal.accessible('the result in danger');
  assert.equal(await portal.find('[data-first="telefonseelsorge"]').count(), 1);
  const calls = await portal.find('[data-first] [data-call]').evaluateAll((links) => links.map((link) => link.href));
  assert.deepEqual(calls, ['tel:112', 'tel:110', ...lines.slice(1)]);
  assert.equal(await portal.find('[data-module]').first().isVisible(), false, 'everything about the training is folded');
  assert.equal(await portal.find('[data-need]').count(), 0, 'nobody in danger is asked what is difficult');
  await portal.find('.main > details > summary').first().click();
  assert.equal(await portal.find('[data-module]').first().isVisible(), true);
});

scene('in simple language nobody is told that they are in danger of their life', {}, async (portal) => {
  await portal.speak('de-simple');
  assert.match(await portal.find('.fixed').innerText(), /^In Lebensgefahr: 112/);
  await portal.find('.help').click();
  assert.doesNotMatch(await portal.find('.crisis-drawer').innerText(), /Du bist in Lebensgefahr/);
});

// ---------------------------------------------------------------------------------------------------------------- result

scene('where no phase can open, nobody is asked what is difficult', {}, async (portal) => {
  const some = { acuteDanger: false, requester: 'trainee', trainingStatus: 'in-training', trainingType: 'school-based', receivesAsa: false };
  await showResult(portal, some);
  assert.equal(await portal.find('[data-pathway]:not([data-outcome="conditions-not-met"])').count(), 0, 'every phase is closed');
  assert.ok(await portal.find('[data-open="theoryGaps"]').count(), 'the question would be open');
  assert.equal(await portal.find('[data-need]').count(), 0);
  assert.equal(await portal.find('[data-modules]').count(), 0, 'and no heading promises modules');
});

scene('provisions and titles of sources are marked as German, remarks on sources are in the language of the page', {}, async (portal) => {
  await portal.speak('en');
  await portal.start();
  await portal.answerAll(await portal.catalog('en'), IN_TRAINING);
  await openEverything(portal);
  const remarks = { en: 'we have not opened the links', 'de-simple': 'Das ist der Text mit allen Änderungen' };
  for (const locale of ['en', 'de-simple']) {
    await portal.speak(locale);
    await openEverything(portal);
    const found = await portal.page.evaluate(() => {
      const root = document.querySelector('asaflex-check').shadowRoot;
      const all = (selector) => [...root.querySelectorAll(selector)];
      return {
        provisions: all('.law, .law-inline').length,
        bare: all('.law, .law-inline').filter((law) => [...law.querySelectorAll('a')].some((link) => !link.querySelector('[lang="de"]'))).map((law) => law.innerText),
        sources: all('.source-list li').length,
        titles: all('.source-list li > a > [lang="de"], .source-list li > [lang="de"]').length,
        notes: all('.source-list small').map((note) => note.textContent),
        marked: all('.source-list small [lang]').length,
        german: all('[lang="de"]').filter((part) => /\b(?:seen on|opens in|as of|gesehen am)\b/.test(part.textContent)).map((part) => part.textContent),
      };
    });
    assert.ok(found.provisions > 10, JSON.stringify(found));
    assert.ok(found.notes.some((note) => note.includes(remarks[locale])), JSON.stringify(found.notes));
    assert.equal(found.marked, 0);
    assert.deepEqual([found.bare, found.german], [[], []], `what is German, and only that, in ${locale}`);
    assert.equal(found.titles, found.sources);
  }
});

scene('an address may go on in the next line after a stroke, and not inside a word', { width: 320 }, async (portal) => {
  await showResult(portal, IN_TRAINING);
  if (await portal.find('[data-all-contacts]').count()) await portal.find('[data-all-contacts]').click();
  await openEverything(portal);
  const links = await portal.find('.ways-list a').evaluateAll((all) => all.filter((link) => /\w\/\w/.test(link.textContent)).map((link) => ({
    text: link.textContent, strokes: link.textContent.split(/\/(?=\w)/).length - 1, places: link.querySelectorAll('wbr').length, hyphens: getComputedStyle(link).hyphens,
  })));
  assert.ok(links.length > 0);
  for (const link of links) assert.deepEqual([link.places, link.hyphens], [link.strokes, 'manual'], link.text);
});

for (const requester of ['trainee', 'company']) {
  scene(`what a contact card folds away is more than what it shows: ${requester}`, {}, async (portal) => {
    await showResult(portal, { ...IN_TRAINING, requester });
    if (await portal.find('[data-all-contacts]').count()) await portal.find('[data-all-contacts]').click();
    await openEverything(portal);
    const cards = await portal.find('[data-contact]').evaluateAll((all) => all.map((card) => {
      const shown = [...card.querySelectorAll('.card > div > .ways a, .card > div > .ways > li > div')].map((way) => way.firstChild.textContent);
      const folded = [...card.querySelectorAll('details .ways-list > li > div')].map((way) => way.firstChild.textContent);
      return { id: card.dataset.contact, ways: shown.length + folded.length, twice: folded.filter((way) => shown.includes(way)), empty: [...card.querySelectorAll('details .inside')].some((inside) => !inside.children.length) };
    }));
    assert.ok(cards.length > 3);
    for (const { id, ways, twice, empty } of cards) assert.deepEqual({ id, ways: ways > 0, twice, empty }, { id, ways: true, twice: [], empty: false });
  });
}

scene('offices are found by postal code, which stays out of every address', {}, async (portal) => {
  await showResult(portal, IN_TRAINING);
  await portal.find('[data-plz="homePostalCode"]').fill('701');
  await portal.find('[data-offices-form="homePostalCode"] button').click();
  await portal.find('[data-offices-form] [role="alert"]').waitFor();
  await portal.find('[data-plz="homePostalCode"]').fill('70173');
  await portal.find('[data-offices-form="homePostalCode"] button').click();
  await portal.find('.offices').waitFor();
  assert.match(await portal.find('.offices').innerText(), /Stuttgart/);
  assert.equal(lastScreening(portal).facts.homePostalCode, '70173');
  assert.deepEqual(portal.requests.filter(({ url }) => url.includes('70173')), []);
  await portal.accessible('the result with offices');
});

scene('a Berlin postal code asks for the district', {}, async (portal) => {
  await showResult(portal, IN_TRAINING);
  await portal.find('[data-plz="homePostalCode"]').fill('10115');
  await portal.find('[data-offices-form="homePostalCode"] button').click();
  await portal.find('section > .section-body [data-open="berlinDistrict"]').waitFor();
  const several = await portal.find('.offices li').count();
  await portal.find('section > .section-body [data-open="berlinDistrict"]').click();
  await portal.find('.choice[data-value="mitte"]').click();
  await portal.find('.offices').waitFor();
  assert.ok((await portal.find('.offices li').count()) < several, 'fewer offices than before');
});

scene('events to come can be put into a calendar', {
  prepare: (page) => page.route('**/v1/events?*', (route) => route.fulfill({ json: { events: [
    { id: 'later', title: 'Später', text: 'Online.', date: '2999-01-31', from: '10:00', to: '12:00', past: false, url: 'https://example.org/', calendarUrl: '/v1/events/later.ics' },
    { id: 'gone', title: 'Vorbei', text: '', date: '2020-01-31', from: null, to: null, past: true, url: null, calendarUrl: '/v1/events/gone.ics' },
  ] } })),
}, async (portal) => {
  await showResult(portal, IN_TRAINING);
  await portal.find('[data-event="later"]').waitFor();
  assert.equal(await portal.find('[data-event="gone"]').count(), 0);
  assert.equal(await portal.find('[data-event="later"] a[download]').evaluate((link) => link.href), new URL('v1/events/later.ics', BASE).href);
  await portal.accessible('the result with events');
});

scene('a waiting period gives its day as a calendar entry', {}, async (portal) => {
  await showResult(portal, WAITING);
  const pathway = portal.find('[data-pathway="vorphase"][data-outcome="not-yet"]');
  await pathway.waitFor();
  const [download] = await Promise.all([portal.page.waitForEvent('download'), pathway.getByRole('button').click()]);
  assert.match(download.suggestedFilename(), /^asa-flex-\d{4}-\d\d-\d\d\.ics$/);
  const entry = await readFile(await download.path(), 'utf8');
  assert.match(entry, /SUMMARY:AsA flex: nach „Vorphase“ fragen \(frühestens/);
  assert.doesNotMatch(entry, /ist jetzt möglich/, 'a day promises nothing');
});

scene('what would open a phase, what changes later and what was not needed are shown when the service says so', {
  prepare: (page) => page.route('**/v1/screenings', async (route) => {
    const response = await route.fetch();
    const answer = await response.json();
    answer.pathways[0].outcome = 'not-yet';
    answer.pathways[0].toOpen = { facts: ['trainingStatus'], unknown: ['seeksInCompanyTraining'], waitUntil: '2999-01-31' };
    answer.changesOn = { date: '2999-01-31', changes: [{ subject: 'pathway', id: answer.pathways[0].id, from: 'not-yet', to: 'conditions-met' }, { subject: 'notice', id: 'unseen', from: null, to: 'x' }] };
    answer.unusedFacts = ['requester'];
    await route.fulfill({ response, json: answer });
  }),
}, async (portal) => {
  await showResult(portal, IN_TRAINING);
  await openEverything(portal);
  assert.match(await portal.find('[data-to-open]').innerText(), /Stand der Ausbildung[^]*31\.\sJanuar 2999/);
  assert.match(await portal.find('[data-changes-on]').innerText(), /31\.\sJanuar 2999[^]*Vorphase/);
  assert.equal(await portal.find('.answers .tag').count(), 1);
  await portal.accessible('the result with everything the service may say');
});

let later = [];
scene('what changes on a later day is told as what it is, and notices alone are no change of the result', {
  prepare: (page) => page.route('**/v1/screenings', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), changesOn: { date: '2999-01-31', changes: later } } });
  }),
}, async (portal) => {
  const gone = [{ subject: 'earliest-date', id: 'vorphase', from: '2999-01-30', to: null }];
  const notice = [{ subject: 'notice', id: 'offices-outdated', from: null, to: 'present' }];
  later = notice;
  await showResult(portal, IN_TRAINING);
  assert.equal(await portal.find('[data-changes-on]').count(), 0);
  later = [...notice, ...gone];
  await portal.find('input[data-need="theoryGaps"]').check();
  await portal.find('button[data-needs]').click();
  await portal.find('[data-changes-on]').waitFor();
  assert.doesNotMatch(await portal.find('[data-changes-on]').innerText(), /fällt dann weg/, 'a day that is over takes no phase away');
  assert.match(await portal.find('[data-changes-on]').innerText(), /noch einmal nach/);
});

scene('numbers, days and provisions are not torn apart at the end of a line', {}, async (portal) => {
  await portal.start();
  await portal.find('.choice[data-value="true"]').click();
  await portal.find('[data-first="notruf"]').waitFor();
  const text = await portal.find('.result').evaluate((node) => node.textContent);
  for (const torn of [/0800 \d/, /116 123/, /\d\. (?:Januar|August|November|Dezember)/, /§ \d/]) assert.doesNotMatch(text, torn);
  assert.match(text, /0800\u00a01110111/);
});

scene('a company is asked for its own postal code first', {}, async (portal) => {
  await showResult(portal, { ...IN_TRAINING, requester: 'company' });
  assert.deepEqual(await portal.find('[data-plz]').evaluateAll((fields) => fields.map((field) => field.dataset.plz)), ['companyPostalCode', 'homePostalCode']);
});

scene('on a desk, what stands beside the result can be reached without reading it to its end', { width: 1280, height: 720 }, async (portal) => {
  await showResult(portal, IN_TRAINING);
  await portal.page.evaluate(() => scrollTo(0, 600));
  const { bottom, scrolls, window: height } = await portal.find('.side').evaluate((side) => ({
    bottom: side.getBoundingClientRect().bottom, scrolls: side.scrollHeight > side.clientHeight, window: innerHeight,
  }));
  assert.ok(scrolls && bottom <= height, `${bottom} of ${height}`);
});

scene('the paper has the result and nothing to press', { width: 1280 }, async (portal) => {
  await showResult(portal, IN_TRAINING);
  await portal.page.emulateMedia({ media: 'print' });
  for (const hidden of ['.help', '.tongues', '.take', '[data-open-section]', '.needs']) assert.equal(await portal.find(hidden).isVisible(), false, hidden);
  for (const shown of ['[data-heading]', '[data-first] [data-call]', '.headline', '.answers']) assert.equal(await portal.find(shown).first().isVisible(), true, shown);
  const paper = await portal.page.pdf({ format: 'A4' });
  assert.ok(paper.length > 10_000);
});

scene('starting over forgets everything', {}, async (portal) => {
  await showResult(portal, IN_TRAINING);
  await portal.find('[data-restart]').click();
  await portal.find('[data-restart-yes]').click();
  await portal.find('[data-start]').waitFor();
  assert.equal((await portal.focused()).heading, true);
  await portal.page.goBack();
  await portal.find('[data-start]').waitFor();
  await portal.start();
  assert.deepEqual(lastScreening(portal).facts, {});
  assert.equal(await portal.find('.so-far').count(), 0);
});

scene('that one applies before the support begins is said right after the first contact', {}, async (portal) => {
  await showResult(portal, IN_TRAINING);
  assert.match(await portal.find('.meaning [data-notice="apply-before-start"]').innerText(), /bevor die Hilfe beginnt/);
});

scene('before the visitor starts, the service is not asked anything', {}, async (portal) => {
  await portal.speak('en');
  assert.deepEqual(portal.requests.filter(({ url }) => url.includes('/v1/')), []);
  await portal.start();
  assert.deepEqual(lastScreening(portal), { facts: {} });
});

scene('the title of the window says nothing about the visitor', {}, async (portal) => {
  const titles = new Set([await portal.page.title()]);
  await portal.start();
  const catalog = await portal.catalog('de');
  await portal.answerAll(catalog, IN_TRAINING, async () => titles.add(await portal.page.title()));
  titles.add(await portal.page.title());
  assert.equal(titles.size, 3, [...titles].join(' | '));
});

// ---------------------------------------------------------------------------------------------------------------- trouble

for (const [name, status, headers] of [['no connection', 0, {}], ['too many requests', 429, { 'Retry-After': '7' }], ['a pause of the service', 503, {}], ['a service that wants a key', 401, {}]]) {
  let broken = false;
  scene(`${name}: said kindly, and nothing is lost`, {
    prepare: (page) => page.route('**/v1/screenings', (route) => {
      if (!broken) return route.fallback();
      if (!status) return route.abort();
      return route.fulfill({ status, headers, contentType: 'application/problem+json', json: { code: 'x', requestId: 'req-42', errors: [] } });
    }),
  }, async (portal) => {
    await portal.start();
    const catalog = await portal.catalog('de');
    await portal.answer(catalog, IN_TRAINING);
    broken = true;
    const title = await portal.question();
    await portal.choose(catalog.get(title), 'trainee');
    await portal.find('.problem').waitFor();
    const text = await portal.find('.problem').innerText();
    assert.match(text, /0800\s4\s5555\s00/);
    assert.match(text, /Ihre Antworten sind noch da/);
    if (status) assert.match(text, /req-42/);
    if (status === 429) assert.match(text, /7 Sekunden/);
    if (status === 401) assert.match(text, /darf den Dienst gerade nicht fragen/);
    await portal.accessible(name);
    broken = false;
    await portal.find('.problem button').click();
    await portal.next(title);
    assert.deepEqual(lastScreening(portal).facts, { acuteDanger: false, requester: 'trainee' });
  });
}

scene('trouble before the first question does not speak of answers', { prepare: (page) => page.route('**/v1/screenings', (route) => route.abort()) }, async (portal) => {
  await portal.find('[data-start]').click();
  await portal.find('.problem').waitFor();
  for (const locale of LOCALES) {
    await portal.find(`.tongue[lang="${locale}"]`).click();
    await portal.until(async () => (await portal.find('.problem').count()) > 0, 'the trouble is told');
    assert.doesNotMatch(await portal.find('.problem').innerText(), /noch da|still here/);
  }
});

scenes.push(['without JavaScript the page gives the numbers in every language, and none is torn apart', false, async () => {
  const context = await newContext(browser, { javaScriptEnabled: false });
  try {
    const page = await context.newPage();
    await page.goto(BASE);
    const numbers = [];
    for (const locale of LOCALES) {
      const own = locale === 'de' ? 'p:not([lang])' : `p[lang="${locale}"]`;
      const calls = await page.locator(`noscript ${own} a`).allInnerTexts();
      for (const number of ['0800\u00a04\u00a05555\u00a000', '112']) assert.ok(calls.includes(number), `${number} in ${locale}`);
      numbers.push(...calls);
    }
    for (const number of numbers) assert.doesNotMatch(number, / /);
  } finally {
    await context.close();
  }
}]);

/** A service that keeps whoever told who they are waiting until `answers()`. */
function slowService() {
  let answers;
  const promise = new Promise((resolve) => { answers = resolve; });
  const prepare = (page) => page.route('**/v1/screenings', async (route) => {
    if ('requester' in route.request().postDataJSON().facts) await promise;
    await route.fallback().catch(() => null); // the page may have given up
  });
  return { prepare, answers };
}

const silent = slowService();
scene('a connection that says nothing is given up, and nothing is lost', { prepare: async (page) => { await page.clock.install(); await silent.prepare(page); } }, async (portal) => {
  await portal.start();
  const catalog = await portal.catalog('de');
  await portal.answer(catalog, IN_TRAINING);
  const title = await portal.question();
  await portal.find('.choice[data-value="trainee"]').click();
  await portal.page.clock.fastForward(10_000);
  assert.equal(await portal.find('.problem').count(), 0, 'a slow answer is no trouble yet');
  await portal.page.clock.fastForward(15_000);
  await portal.find('.problem').waitFor();
  silent.answers();
  await portal.find('.problem button').click();
  await portal.next(title);
  assert.equal(lastScreening(portal).facts.requester, 'trainee');
});

const thinking = slowService();
scene('who goes back while the service is thinking stays there', { prepare: thinking.prepare }, async (portal) => {
  await portal.start();
  const catalog = await portal.catalog('de');
  const first = await portal.question();
  await portal.answer(catalog, IN_TRAINING);
  const second = await portal.question();
  await portal.find('.choice[data-value="trainee"]').click();
  await portal.find('[data-back]').click();
  await portal.next(second);
  assert.equal(await portal.question(), first);
  const late = portal.page.waitForResponse((response) => response.url().endsWith('/v1/screenings'));
  thinking.answers();
  await late;
  await portal.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)));
  assert.equal(await portal.question(), first, 'a late answer leads nowhere');
  await portal.find('.choice.was').click();
  await portal.next(first);
  assert.equal(await portal.question(), second);
  assert.equal(await portal.find('.choice.was').getAttribute('data-value'), 'trainee', 'what was pressed is still there');
});

// ---------------------------------------------------------------------------------------------------------------- sizes

for (const [name, options] of [['320 px', { width: 320, height: 640 }], ['200 % zoom', { width: 640, height: 450, deviceScaleFactor: 2 }]]) {
  scene(`${name}: no sideways scrolling, targets of 44 px`, options, async (portal) => {
    for (const locale of LOCALES) {
      await portal.speak(locale);
      await fits(portal, `the start in ${locale}`);
    }
    await portal.start();
    const catalog = await portal.catalog('en');
    await portal.answerAll(catalog, publishedCase('P29').facts, async (count) => fits(portal, `question ${count + 1}`));
    await openEverything(portal);
    await fits(portal, 'the result');
  });
}

for (const requester of ['trainee', 'company', 'works-council']) {
  for (const width of [320, 344]) {
    scene(`${width} px, ${requester}: nothing sticks out of the result in any language, everything opened`, { width, height: 640 }, async (portal) => {
      await showResult(portal, { ...IN_TRAINING, requester });
      for (const locale of LOCALES) {
        await portal.speak(locale);
        await fits(portal, `the untouched result in ${locale}`);
        if (await portal.find('[data-all-contacts]').count()) await portal.find('[data-all-contacts]').click();
        await openEverything(portal);
        await fits(portal, `the opened result in ${locale}`);
      }
    });
  }
}

scene('text of double size on a telephone scrolls down only', { width: 360 }, async (portal) => {
  await portal.page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
  await fits(portal, 'the start');
  await portal.find('.help').click();
  await fits(portal, 'the crisis help');
  await portal.find('.help').click();
  await portal.start();
  await portal.answerAll(await portal.catalog('de'), { ...IN_TRAINING, requester: 'works-council' }, async (count) => fits(portal, `question ${count + 1}`));
  await fits(portal, 'the result');
  if (await portal.find('[data-all-contacts]').count()) await portal.find('[data-all-contacts]').click();
  await openEverything(portal);
  await fits(portal, 'the opened result');
});

scene('text spacing as the visitor needs it breaks nothing', { width: 390 }, async (portal) => {
  await portal.page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }');
    const root = document.querySelector('asaflex-check').shadowRoot;
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  });
  await fits(portal, 'the start');
  await portal.start();
  await fits(portal, 'a question');
  await showRest(portal, IN_TRAINING);
  await fits(portal, 'the result');
});

scene('who wants less motion gets none', { motion: 'reduce' }, async (portal) => {
  const moving = () => portal.page.evaluate(() => [...document.querySelector('asaflex-check').shadowRoot.querySelectorAll('*')]
    .filter((node) => getComputedStyle(node).animationName !== 'none' || parseFloat(getComputedStyle(node).transitionDuration) > 0).length);
  assert.equal(await moving(), 0);
  await portal.start();
  assert.equal(await moving(), 0);
});

scene('forced colours keep the choice visible', { forcedColors: 'active' }, async (portal) => {
  await showResult(portal, IN_TRAINING);
  const look = (selector) => portal.find(selector).first().evaluate((option) => getComputedStyle(option).backgroundColor);
  const unticked = await look('.needs .option');
  await portal.find('.needs .option input').first().check();
  assert.notEqual(await look('.needs .option'), unticked);
  await portal.find('button[data-change="requester"]').click();
  await portal.find('.choice.was').waitFor();
  assert.notEqual(await look('.choice.was'), await look('.choice:not(.was)'));
});

// ---------------------------------------------------------------------------------------------------------------- inside a portal

scene('two lines embed it in another page, which keeps its heading, its title and its history', {
  path: 'embedded.html',
  prepare: (page) => page.route('**/embedded.html', (route) => route.fulfill({
    contentType: 'text/html; charset=utf-8',
    headers: { 'content-security-policy': "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:" },
    body: '<!doctype html><html lang="en"><head><title>Our portal</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><script src="asaflex-check.js" defer></script></head><body><main><h1>Our portal</h1><asaflex-check lang="en"></asaflex-check></main></body></html>',
  })),
}, async (portal) => {
  const length = await portal.page.evaluate(() => history.length);
  const size = await portal.find('[data-heading]').evaluate((title) => parseFloat(getComputedStyle(title).fontSize) / parseFloat(getComputedStyle(title.parentElement).fontSize));
  assert.ok(size >= 1.9, 'the first line looks like one, whatever its level');
  await portal.accessible('the embedded start');
  await portal.start();
  await portal.accessible('an embedded question');
  const catalog = await portal.catalog('en');
  await portal.answer(catalog, IN_TRAINING);
  const title = await portal.question();
  await portal.find('[data-back]').click();
  await portal.next(title);
  await portal.find('[data-result]').click();
  await portal.find('[data-first]').waitFor();
  await portal.accessible('the embedded result');
  assert.equal(await portal.page.evaluate(() => history.length), length);
  assert.equal(await portal.page.title(), 'Our portal');
  assert.equal(await portal.page.evaluate(() => document.documentElement.lang), 'en');
  assert.equal(await portal.page.locator('h1').count(), 1);
});

// Another origin, if the service under test allows one (see run.sh).
const OTHER_ORIGIN = process.env.ASAFLEX_PORTAL_ORIGIN;
scenes.push(['two lines embed it in a page of another origin, which needs no more than its consent', !OTHER_ORIGIN && 'no other origin is allowed', async () => {
  const page = `<!doctype html><html lang="de"><head><title>Portal</title><link rel="icon" href="data:,"></head><body><main><h1>Portal</h1>
    <script src="${BASE}asaflex-check.js" defer></script>
    <asaflex-check lang="de"></asaflex-check></main></body></html>`;
  const service = BASE.slice(0, -1);
  const server = createServer((request, response) => response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8', 'content-security-policy': `default-src 'none'; script-src ${service}; connect-src ${service}; img-src data:`,
  }).end(page));
  await new Promise((resolve) => server.listen(Number(new URL(OTHER_ORIGIN).port), '127.0.0.1', resolve));
  const portal = await visit(browser, { path: `${OTHER_ORIGIN}/` });
  try {
    await portal.start();
    await portal.answerAll(await portal.catalog('de'), IN_TRAINING);
    const call = portal.find('[data-first] [data-call]').first();
    await call.click();
    assert.deepEqual(await portal.calls(), ['tel:+498004555500']);
    await portal.accessible('the result in a page of another origin');
    const hosts = new Set(portal.requests.map(({ url }) => new URL(url)).filter(({ protocol }) => protocol === 'http:').map(({ origin }) => origin));
    assert.deepEqual(hosts, new Set([OTHER_ORIGIN, service]));
    await portal.leavesNothing([OTHER_ORIGIN]);
  } finally {
    await portal.close();
    await new Promise((resolve) => { server.close(resolve); server.closeAllConnections?.(); });
  }
}]);

const WITHOUT_PORTAL = process.env.ASAFLEX_URL_WITHOUT_PORTAL;
scenes.push(['a service without the page answers 404, and goes on answering everything else', !WITHOUT_PORTAL && 'no such service is running', async () => {
  for (const path of ['/', '/asaflex-check.js']) {
    const response = await fetch(new URL(path, WITHOUT_PORTAL));
    assert.equal(response.status, 404, path);
    assert.equal(response.headers.get('content-type'), 'application/problem+json', path);
  }
  assert.equal((await fetch(new URL('/v1/facts', WITHOUT_PORTAL))).status, 200);
}]);

describe('the portal page', { concurrency: 3 }, () => {
  for (const [name, skip, run] of scenes) it(name, { timeout: 600_000, skip: skip || false }, run);
});

// ---------------------------------------------------------------------------------------------------------------- helpers

function lastScreening(portal) {
  return JSON.parse(portal.requests.filter(({ url, method }) => method === 'POST' && url.endsWith('/v1/screenings')).at(-1).body);
}

async function showResult(portal, facts) {
  await portal.start();
  await showRest(portal, facts);
}

async function showRest(portal, facts) {
  await portal.answerAll(await portal.catalog('de'), facts);
}

async function openEverything(portal) {
  await portal.page.evaluate(() => document.querySelector('asaflex-check').shadowRoot.querySelectorAll('details').forEach((details) => { details.open = true; }));
}

async function fits(portal, where) {
  const found = await portal.page.evaluate(() => {
    const root = document.querySelector('asaflex-check').shadowRoot;
    const wide = document.documentElement.scrollWidth - innerWidth;
    const small = [...root.querySelectorAll('button, .button, .option, summary, .field input, .inline-form input, .ways-list a')]
      .filter((node) => node.checkVisibility() && (node.getBoundingClientRect().height < 43.5 || node.getBoundingClientRect().width < 43.5))
      .map((node) => `${node.localName}.${node.className} ${Math.round(node.getBoundingClientRect().width)}x${Math.round(node.getBoundingClientRect().height)} ${node.innerText}`);
    // A number ends inside its button, with some of the button to be seen behind it.
    const cut = [...root.querySelectorAll('.button .number')].filter((number) => number.checkVisibility() && number.getBoundingClientRect().right > number.closest('.button').getBoundingClientRect().right - 8)
      .map((number) => number.innerText);
    const out = wide > 0 ? [...root.querySelectorAll('*')].filter((node) => node.getBoundingClientRect().right > innerWidth + 1).map((node) => `${node.localName}.${node.className}`).slice(0, 5) : [];
    return { wide: Math.max(0, wide), small, cut, out };
  });
  assert.deepEqual(found, { wide: 0, small: [], cut: [], out: [] }, where);
}
