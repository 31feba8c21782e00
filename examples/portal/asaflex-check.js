/*
 * <asaflex-check>: asks one question at a time and shows what to do first.
 *
 *   <script src="asaflex-check.js" defer></script>
 *   <asaflex-check lang="de"></asaflex-check>
 *
 * Attributes
 *   api    where the service is (default: the folder this script was loaded from)
 *   lang   de | de-simple | en
 *   theme  auto | light | dark
 *   page   the element is the whole page: it takes the h1, the title, the language of the page and the back button
 *
 * No framework, no build step, no request to anywhere but `api`. Answers live in private fields of the element and nowhere else:
 * no cookie, no storage, no address, no form history. Everything is drawn with DOM calls, never from strings of HTML.
 */
(() => {
  'use strict';

  const SCRIPT = document.currentScript?.src ?? document.baseURI;
  const LOCALES = ['de', 'de-simple', 'en'];

  // ---------------------------------------------------------------------------------------------------------------- texts
  // What the service says comes from the service; here stands only what belongs to the page itself.

  const CRISIS_LINES = [
    { value: '112', label: '112' },
    { value: '+498001110111', label: '0800 1110111' },
    { value: '+498001110222', label: '0800 1110222' },
    { value: '116123', label: '116 123' },
  ];
  // Each language names itself; the short forms are for narrow screens.
  const SHORT = { de: 'DE', 'de-simple': 'Einfach', en: 'EN' };
  const COUNSELLING = { value: '+498004555500', label: '0800 4 5555 00' };

  const TEXTS = {
    de: {
      name: 'AsA-flex-Check',
      language: 'Sprache',
      languages: { de: 'Deutsch', 'de-simple': 'Einfache Sprache', en: 'English' },
      crisisButton: 'Hilfe in Not',
      crisisTitle: 'In Not? Jetzt anrufen.',
      crisisDanger: 'Bei Lebensgefahr',
      crisisDangerNote: 'Rettungsdienst und Feuerwehr',
      crisisTalk: 'Zum Reden: TelefonSeelsorge',
      crisisTalkNote: 'Tag und Nacht, kostenlos, ohne Namen',
      callPrefix: 'Anrufen:',
      yourAnswer: 'bisherige Antwort',

      startEyebrow: 'Assistierte Ausbildung flexibel',
      startTitle: 'Welche Hilfe passt zu dieser Ausbildung?',
      startLead: 'AsA flex begleitet junge Menschen vor, in und nach einer Ausbildung im Betrieb, und den Betrieb gleich mit. Ein paar Fragen zeigen, ob das in Frage kommt, was im Einzelnen hilft und wen Sie zuerst anrufen.',
      startFor: 'Für Auszubildende, Eltern, Schulen, Betriebe, Betriebsräte und Beratungsstellen.',
      startPoints: [
        ['Wenige Minuten', 'Meist stehen nach etwa zehn Fragen die wichtigsten Punkte fest. Das Ergebnis können Sie jederzeit ansehen.'],
        ['Alles freiwillig', 'Jede Frage dürfen Sie auslassen. Nach Namen fragen wir nicht.'],
        ['Nichts wird gespeichert', 'Ihre Antworten stehen nur auf dieser Seite, solange sie offen ist. Der Dienst rechnet und vergisst.'],
      ],
      start: 'Fragen beginnen',
      resume: 'Weiter mit den Fragen',
      startNote: 'Das ist eine Orientierung und keine Rechtsberatung. Über die Förderung entscheidet die zuständige Stelle.',
      startCall: 'Lieber gleich sprechen? Die Berufsberatung der Agentur für Arbeit ist kostenlos:',

      questionNumber: (n) => `Frage ${n}`,
      atMost: (n) => (n <= 0 ? 'Das ist die letzte Frage.' : n === 1 ? 'Insgesamt höchstens noch eine. Aufhören können Sie jederzeit.' : `Insgesamt höchstens noch ${n}. Aufhören können Sie jederzeit.`),
      withExtras: (n) => (n <= 0 ? 'Das ist die letzte Frage.' : n === 1 ? 'Mit allen Zusatzfragen höchstens noch eine.' : `Mit allen Zusatzfragen höchstens noch ${n}.`),
      about: (n) => (n <= 1 ? 'die letzte wichtige' : `noch etwa ${n}`),
      usual: 'meist etwa zehn',
      refining: 'Das Wichtigste steht fest. Diese Frage macht das Ergebnis genauer.',
      inTopic: (topic) => `Thema: ${topic}`,
      changing: 'Antwort ändern',
      before: 'Bevor es losgeht',
      why: 'Warum wir fragen',
      sensitive: 'Persönlich und freiwillig',
      sensitiveNote: 'Ein Ergebnis bekommen Sie auch ohne diese Antwort.',
      meant: (requester, text) => (requester === 'trainee' && /junge[nr]? Mensch/.test(text) ? 'Gemeint sind Sie.' : null),
      chooseMany: 'Mehrere Antworten sind möglich.',
      next: 'Weiter',
      back: 'Zurück',
      showResult: 'Ergebnis jetzt zeigen',
      knownNow: 'Stand jetzt, kann sich noch ändern: zuerst hier anrufen',
      knownSure: 'Nach Ihren Angaben: zuerst hier anrufen',
      knownNowVisit: 'Stand jetzt, kann sich noch ändern: zuerst dorthin',
      knownSureVisit: 'Nach Ihren Angaben: zuerst dorthin',
      toResult: 'Zurück zum Ergebnis',
      skipGroup: 'Keine Antwort geben',
      unknown: 'Weiß ich nicht',
      private: 'Möchte ich nicht sagen',
      yes: 'Ja',
      no: 'Nein',
      none: 'Nichts davon',
      busy: 'Einen Moment …',
      errorChoose: 'Bitte wählen Sie eine Antwort. Auch „Weiß ich nicht“ ist in Ordnung.',
      errorMany: 'Bitte kreuzen Sie etwas an, oder wählen Sie „Nichts davon“.',
      errorInt: (min, max) => `Bitte geben Sie eine ganze Zahl von ${min} bis ${max} ein.`,
      errorPlz: 'Bitte geben Sie die fünf Ziffern der Postleitzahl ein, zum Beispiel 70173.',
      errorDate: 'Bitte geben Sie ein Datum ein, zum Beispiel 31.08.2025.',
      errorRefused: 'Diese Angabe konnte der Dienst nicht verarbeiten. Bitte prüfen Sie sie noch einmal.',
      plzHint: 'Fünf Ziffern',
      intHint: (min, max) => `Eine Zahl von ${min} bis ${max}`,
      dateHint: 'Tag, Monat, Jahr',
      dateTyped: 'TT.MM.JJJJ, zum Beispiel 31.08.2025',
      dateType: 'Datum lieber eintippen',
      datePick: 'Datum lieber auswählen',
      answersTitle: 'Ihre Antworten',
      answersCount: (n) => (n === 1 ? '1 Antwort ansehen und ändern' : `${n} Antworten ansehen und ändern`),
      noAnswers: 'Sie haben noch nichts angegeben.',
      skippedCount: (n) => (n === 1 ? '1 Frage ohne Antwort' : `${n} Fragen ohne Antwort`),
      change: 'Ändern',
      unused: 'ohne Einfluss',
      unusedNote: 'Angaben „ohne Einfluss“ haben am Ergebnis nichts geändert.',

      resultTitle: 'Ihr nächster Schritt',
      later: 'Später: alles zur Ausbildung',
      first: 'Zuerst',
      orTalk: 'Oder, zum Reden',
      free: 'kostenlos',
      noPhoneHere: 'Lieber telefonieren?',
      noPhoneText: (name) => `Diese Stelle ist ohne zentrale Nummer. Am Telefon hilft: ${name}.`,
      sayTitle: 'Das können Sie am Telefon sagen',
      sayTranslation: null,
      bring: 'Was Sie mitbringen können',
      ownOffice: (title) => `Ihre eigene Stelle: ${title}`,
      ownFirst: 'Zuerst: Sie können selbst anfangen',
      ownNow: 'Stand jetzt, kann sich noch ändern: Sie können selbst anfangen',
      ownSure: 'Nach Ihren Angaben: Sie können selbst anfangen',
      ownNext: 'Danach hilft am Telefon',
      ownBring: 'Was dabei hilft',
      ownElsewhere: 'Ist eine andere Stelle gemeint?',
      moreWays: 'Andere Wege zu dieser Stelle',
      aboutNumber: 'Woher die Nummer stammt',
      more: 'Mehr zu dieser Stelle',
      whyThis: 'Warum diese Stelle?',
      whyModule: 'Warum?',
      fromAnswers: 'Aus Ihren Angaben:',
      lawTitle: 'Grundlage',
      contacts: 'Weitere Stellen, die helfen',
      contactsLead: 'In dieser Reihenfolge.',
      allContacts: (n) => `${n} weitere Stellen zeigen`,
      officesTitle: 'Ihre Stelle vor Ort',
      officesAsk: 'Mit der Postleitzahl nennen wir die zuständige Stelle.',
      officesFind: 'Stelle finden',
      officesSeveral: 'Für diese Postleitzahl kommen mehrere Stellen in Frage.',
      officesCount: (n) => `${n} mögliche Stellen`,
      officesNone: 'Zu dieser Postleitzahl kennen wir keine Stelle.',
      officeKinds: { 'employment-agency': 'Agentur für Arbeit', jobcenter: 'Jobcenter' },
      officeFinder: 'Adresse und Öffnungszeiten suchen',
      officeFinderNote: 'Die Suche öffnet arbeitsagentur.de und übergibt die Postleitzahl.',
      modules: 'Was AsA flex tun kann',
      modulesLead: 'Diese Bausteine passen zu Ihren Angaben. Was daraus wird, legt die zuständige Stelle mit dem Bildungsträger fest.',
      modulesMaybe: 'Ob die Voraussetzungen stimmen, ist noch offen.',
      modulesTrainee: 'Für den jungen Menschen',
      modulesCompany: 'Für den Betrieb',
      needsTitle: 'Was ist gerade schwer?',
      needsHint: 'Kreuzen Sie an, was zutrifft. Was leer bleibt, bleibt offen und gilt nicht als „nein“.',
      needsShow: 'Passende Hilfen zeigen',
      needsDone: (n) => (n === 1 ? '1 Baustein passt.' : `${n} Bausteine passen.`),
      offers: 'Andere Hilfen, die passen können',
      offerClaims: { claim: 'mit Rechtsanspruch', discretion: 'Ermessen', programme: 'Programm', advice: 'Beratung' },
      askAt: 'Fragen Sie hier:',
      openTitle: 'Noch genauer?',
      openLead: (n) => (n === 1 ? 'Eine Frage kann das Ergebnis noch genauer machen.' : `Höchstens ${n} Fragen können das Ergebnis noch genauer machen. Sie wählen, welche.`),
      openNone: 'Alles Wichtige ist beantwortet. Es gibt keine offene Frage mehr.',
      openSkippedOnly: 'Offen ist nur, was Sie ausgelassen haben. Sie können es jederzeit nachholen.',
      openAll: 'Alle der Reihe nach beantworten',
      openGroup: (n) => (n === 1 ? '1 Frage' : `${n} Fragen`),
      openStart: (topic) => `„${topic}“ beantworten`,
      skippedTag: 'ausgelassen',
      assumedTitle: 'Davon gehen wir aus',
      answerIt: 'Beantworten',
      topics: { place: 'Wohnort und Betriebsort', work: 'Im Betrieb', school: 'Schule und Prüfung', life: 'Zuhause, Geld, Gesundheit', rest: 'Ausbildung und Person' },
      pathways: 'Wann AsA flex möglich ist',
      pathwaysClosed: (n) => (n === 1 ? '1 Phase, die gerade nicht passt' : `${n} Phasen, die gerade nicht passen`),
      requirements: 'Voraussetzungen im Einzelnen',
      earliest: 'Frühestens ab',
      latest: 'Möglich war es bis',
      remind: 'Tag in den Kalender übernehmen',
      remindTitle: (title) => `AsA flex: nach „${title}“ fragen (frühestens ab heute, nach Ermessen)`,
      toOpen: 'Damit es möglich wird',
      toOpenFacts: 'Das müsste anders sein:',
      toOpenUnknown: 'Das müsste passen und ist noch offen:',
      toOpenWait: 'Abwarten bis',
      changeGone: 'fällt dann weg',
      changeLook: 'Sehen Sie ab diesem Tag noch einmal nach.',
      changesOn: (date) => `Am ${date} ändert sich das Ergebnis`,
      decides: 'Wer entscheidet',
      notices: 'Gut zu wissen',
      events: 'Termine',
      eventCalendar: 'In den Kalender (.ics)',
      sources: 'Gesetze und Quellen',
      sourcesCount: (n) => `${n} Quellen zu diesem Ergebnis`,
      textAsOf: (date) => `Stand ${date}`,
      checkedOn: (date) => `gesehen am ${date}`,
      asOf: (date, version) => `Ergebnis vom ${date}, Regelwerk ${version}.`,
      take: 'Mitnehmen',
      print: 'Drucken oder als PDF sichern',
      restart: 'Neu beginnen',
      restartNote: 'Löscht alle Antworten.',
      restartAsk: 'Alle Antworten löschen?',
      restartText: 'Danach ist nichts mehr da, auch nicht über „Zurück“.',
      restartYes: 'Ja, alles löschen',
      restartNo: 'Abbrechen',
      forgotten: 'Alles ist gelöscht.',
      newTab: 'öffnet in neuem Tab',
      privacy: 'Nichts wird gespeichert: keine Cookies, kein Konto, keine Namen. Wer die Seite schließt, löscht alles.',
      problemTitle: 'Das hat gerade nicht geklappt',
      problemOffline: 'Der Dienst ist nicht erreichbar. Prüfen Sie die Internetverbindung und versuchen Sie es noch einmal.',
      problemBusy: (s) => `Gerade fragen sehr viele. Bitte versuchen Sie es in ${s === 1 ? 'einer Sekunde' : `${s} Sekunden`} noch einmal.`,
      problemDown: 'Der Dienst macht gerade eine Pause. Bitte versuchen Sie es gleich noch einmal.',
      problemKey: 'Diese Seite darf den Dienst gerade nicht fragen. Sagen Sie bitte der Stelle Bescheid, die sie betreibt.',
      problemOther: 'Der Dienst konnte die Anfrage nicht beantworten.',
      problemKept: 'Ihre Antworten sind noch da.',
      problemId: (id) => `Kennung für Rückfragen: ${id}`,
      problemCall: 'Ohne diese Seite geht es auch, Berufsberatung der Agentur für Arbeit, kostenlos:',
      retry: 'Noch einmal versuchen',
    },

    'de-simple': {
      name: 'AsA-Check',
      language: 'Sprache',
      languages: { de: 'Deutsch', 'de-simple': 'Einfache Sprache', en: 'English' },
      crisisButton: 'Hilfe in Not',
      crisisTitle: 'Bist du in Not? Ruf jetzt an.',
      crisisDanger: 'In Lebensgefahr',
      crisisDangerNote: 'Rettungswagen und Feuerwehr',
      crisisTalk: 'Du willst reden: TelefonSeelsorge',
      crisisTalkNote: 'Tag und Nacht. Kostet nichts. Ohne Namen.',
      callPrefix: 'Anrufen:',
      yourAnswer: 'deine Antwort',

      startEyebrow: 'Assistierte Ausbildung',
      startTitle: 'Brauchst du Hilfe in der Ausbildung?',
      startLead: 'Es gibt eine Hilfe. Sie heißt AsA. Die Hilfe kostet nichts. Wir stellen dir Fragen. Dann sagen wir dir: Wer hilft dir? Wen rufst du zuerst an?',
      startFor: 'Du kannst auch für einen anderen Menschen fragen.',
      startPoints: [
        ['Es geht schnell', 'Oft reichen zehn Fragen. Du kannst das Ergebnis immer ansehen.'],
        ['Du musst nichts sagen', 'Du kannst jede Frage auslassen. Wir fragen nicht nach Namen.'],
        ['Wir speichern nichts', 'Deine Antworten sind nur auf dieser Seite. Du machst die Seite zu? Dann ist alles weg.'],
      ],
      start: 'Los geht’s',
      resume: 'Weiter mit den Fragen',
      startNote: 'Wir geben dir einen Rat. Das Amt entscheidet.',
      startCall: 'Du willst lieber sprechen? Ruf die Berufsberatung an. Das kostet nichts:',

      questionNumber: (n) => `Frage ${n}`,
      atMost: (n) => (n <= 0 ? 'Das ist die letzte Frage.' : n === 1 ? 'Höchstens noch eine Frage. Du kannst immer aufhören.' : `Höchstens noch ${n} Fragen. Du kannst immer aufhören.`),
      withExtras: (n) => (n <= 0 ? 'Das ist die letzte Frage.' : n === 1 ? 'Alle Fragen zusammen: höchstens noch eine.' : `Alle Fragen zusammen: höchstens noch ${n}.`),
      about: (n) => (n <= 1 ? 'die letzte wichtige' : `noch etwa ${n}`),
      usual: 'oft nur zehn',
      refining: 'Wir wissen das Wichtigste. Mit dieser Frage wird es genauer.',
      inTopic: (topic) => `Thema: ${topic}`,
      changing: 'Antwort ändern',
      before: 'Zuerst',
      why: 'Darum fragen wir',
      sensitive: 'Persönlich und freiwillig',
      sensitiveNote: 'Du musst nicht antworten. Du bekommst trotzdem ein Ergebnis.',
      meant: (requester, text) => (requester === 'trainee' && /junge[nr]? Mensch/.test(text) ? 'Damit bist du gemeint.' : null),
      chooseMany: 'Du kannst mehr als eine Antwort wählen.',
      next: 'Weiter',
      back: 'Zurück',
      showResult: 'Ergebnis jetzt zeigen',
      knownNow: 'So sieht es jetzt aus. Ruf zuerst hier an:',
      knownSure: 'Das passt zu deinen Antworten. Ruf zuerst hier an:',
      knownNowVisit: 'So sieht es jetzt aus. Geh zuerst dahin:',
      knownSureVisit: 'Das passt zu deinen Antworten. Geh zuerst dahin:',
      toResult: 'Zurück zum Ergebnis',
      skipGroup: 'Keine Antwort geben',
      unknown: 'Das weiß ich nicht',
      private: 'Das sage ich nicht',
      yes: 'Ja',
      no: 'Nein',
      none: 'Nichts davon',
      busy: 'Einen Moment …',
      errorChoose: 'Wähle eine Antwort. Du kannst auch sagen: Das weiß ich nicht.',
      errorMany: 'Wähle etwas aus. Oder wähle: Nichts davon.',
      errorInt: (min, max) => `Schreib eine Zahl von ${min} bis ${max}.`,
      errorPlz: 'Die Postleitzahl hat 5 Ziffern. Zum Beispiel: 70173.',
      errorDate: 'Schreib das Datum so: 31.08.2025.',
      errorRefused: 'Das hat nicht geklappt. Schau deine Antwort noch einmal an.',
      plzHint: '5 Ziffern',
      intHint: (min, max) => `Eine Zahl von ${min} bis ${max}`,
      dateHint: 'Tag, Monat, Jahr',
      dateTyped: 'Schreib so: 31.08.2025',
      dateType: 'Datum schreiben',
      datePick: 'Datum auswählen',
      answersTitle: 'Deine Antworten',
      answersCount: (n) => (n === 1 ? '1 Antwort ansehen und ändern' : `${n} Antworten ansehen und ändern`),
      noAnswers: 'Du hast noch nichts gesagt.',
      skippedCount: (n) => (n === 1 ? '1 Frage ohne Antwort' : `${n} Fragen ohne Antwort`),
      change: 'Ändern',
      unused: 'nicht wichtig',
      unusedNote: 'Diese Antworten waren für das Ergebnis nicht wichtig.',

      resultTitle: 'Das machst du jetzt',
      later: 'Später: alles zur Ausbildung',
      first: 'Zuerst',
      orTalk: 'Oder du willst reden',
      free: 'kostet nichts',
      noPhoneHere: 'Du willst anrufen?',
      noPhoneText: (name) => `Hier gibt es keine Nummer für alle Orte. Am Telefon hilft dir: ${name}.`,
      sayTitle: 'Das kannst du am Telefon sagen',
      sayTranslation: null,
      bring: 'Das kannst du mitbringen',
      ownOffice: (title) => `Deine eigene Stelle: ${title}`,
      ownFirst: 'Du kannst selbst anfangen',
      ownNow: 'So sieht es jetzt aus. Du kannst selbst anfangen.',
      ownSure: 'Das passt zu deinen Antworten. Du kannst selbst anfangen.',
      ownNext: 'Ruf danach hier an',
      ownBring: 'Das hilft dabei',
      ownElsewhere: 'Suchst du eine andere Stelle?',
      moreWays: 'So geht es auch',
      aboutNumber: 'Über die Nummer',
      more: 'Mehr dazu',
      whyThis: 'Warum diese Stelle?',
      whyModule: 'Warum?',
      fromAnswers: 'Du hast etwas gesagt zu:',
      lawTitle: 'Das steht im Gesetz',
      contacts: 'Hier gibt es auch Hilfe',
      contactsLead: 'Frag in dieser Reihenfolge.',
      allContacts: (n) => `${n} weitere Stellen zeigen`,
      officesTitle: 'Das richtige Amt',
      officesAsk: 'Sag uns die Postleitzahl. Dann nennen wir dir das Amt.',
      officesFind: 'Amt finden',
      officesSeveral: 'Hier gibt es mehr als ein Amt. Ein Amt davon ist das richtige.',
      officesCount: (n) => `${n} Ämter`,
      officesNone: 'Für diese Postleitzahl kennen wir kein Amt.',
      officeKinds: { 'employment-agency': 'Agentur für Arbeit', jobcenter: 'Jobcenter' },
      officeFinder: 'Adresse suchen',
      officeFinderNote: 'Du gehst auf die Seite arbeitsagentur.de. Die Seite sieht die Postleitzahl.',
      modules: 'So kann AsA helfen',
      modulesLead: 'Das passt zu deinen Antworten. Das Amt entscheidet. Die Hilfe kommt von einem Bildungsträger. Das ist eine Firma oder ein Verein für Bildung.',
      modulesMaybe: 'Bekommt der junge Mensch die Hilfe? Das ist noch offen.',
      modulesTrainee: 'Für den jungen Menschen',
      modulesCompany: 'Für die Firma',
      needsTitle: 'Was ist gerade schwer?',
      needsHint: 'Kreuz an, was stimmt. Du musst nichts ankreuzen.',
      needsShow: 'Zeig mir die Hilfen',
      needsDone: (n) => (n === 1 ? '1 Hilfe passt.' : `${n} Hilfen passen.`),
      offers: 'Es gibt noch andere Hilfe',
      offerClaims: { claim: 'Darauf gibt es ein Recht', discretion: 'Das Amt entscheidet', programme: 'Programm', advice: 'Beratung' },
      askAt: 'Frag hier:',
      openTitle: 'Willst du es genauer wissen?',
      openLead: (n) => (n === 1 ? 'Es gibt noch 1 Frage.' : `Es gibt noch höchstens ${n} Fragen. Du wählst selbst.`),
      openNone: 'Du hast alles beantwortet.',
      openSkippedOnly: 'Du hast Fragen ausgelassen. Du kannst sie noch beantworten.',
      openAll: 'Alle Fragen beantworten',
      openGroup: (n) => (n === 1 ? '1 Frage' : `${n} Fragen`),
      openStart: (topic) => `Fragen zu „${topic}“`,
      skippedTag: 'ausgelassen',
      assumedTitle: 'Das glauben wir',
      answerIt: 'Antworten',
      topics: { place: 'Wohnung und Firma', work: 'In der Firma', school: 'Schule und Prüfung', life: 'Zuhause, Geld, Gesundheit', rest: 'Ausbildung und Person' },
      pathways: 'Wann gibt es AsA?',
      pathwaysClosed: (n) => (n === 1 ? '1 Hilfe passt gerade nicht' : `${n} Hilfen passen gerade nicht`),
      requirements: 'Das muss passen',
      earliest: 'Es geht frühestens ab dem',
      latest: 'Es ging bis zum',
      remind: 'Tag in den Kalender',
      remindTitle: () => 'Jetzt nach AsA fragen',
      toOpen: 'So kann es gehen',
      toOpenFacts: 'Das muss anders sein:',
      toOpenUnknown: 'Das wissen wir noch nicht:',
      toOpenWait: 'Warte bis zum',
      changeGone: 'gibt es dann nicht mehr',
      changeLook: 'Schau an diesem Tag noch einmal nach.',
      changesOn: (date) => `Am ${date} ändert sich etwas`,
      decides: 'Wer entscheidet?',
      notices: 'Gut zu wissen',
      events: 'Termine',
      eventCalendar: 'In den Kalender (.ics)',
      sources: 'Gesetze und Quellen',
      sourcesCount: (n) => `${n} Quellen`,
      textAsOf: (date) => `Text vom ${date}`,
      checkedOn: (date) => `gesehen am ${date}`,
      asOf: (date, version) => `Ergebnis vom ${date}. Regeln: ${version}.`,
      take: 'Mitnehmen',
      print: 'Drucken',
      restart: 'Neu anfangen',
      restartNote: 'Alle Antworten sind dann weg.',
      restartAsk: 'Alle Antworten löschen?',
      restartText: 'Dann ist alles weg.',
      restartYes: 'Ja, löschen',
      restartNo: 'Nein',
      forgotten: 'Alles ist gelöscht.',
      newTab: 'öffnet eine neue Seite',
      privacy: 'Wir speichern nichts. Du machst die Seite zu? Dann ist alles weg.',
      problemTitle: 'Das hat nicht geklappt',
      problemOffline: 'Hast du Internet? Versuch es noch einmal.',
      problemBusy: (s) => `Gerade fragen viele Menschen. Warte ${s === 1 ? 'eine Sekunde' : `${s} Sekunden`}.`,
      problemDown: 'Versuch es gleich noch einmal.',
      problemKey: 'Diese Seite darf gerade nicht fragen.',
      problemOther: 'Versuch es noch einmal.',
      problemKept: 'Deine Antworten sind noch da.',
      problemId: (id) => `Nummer für Fragen: ${id}`,
      problemCall: 'Du kannst auch anrufen. Die Berufsberatung kostet nichts:',
      retry: 'Noch einmal versuchen',

      // Whoever asks is „du“; the young person is so only when they ask themselves.
      forThemselves: {
        officesTitle: 'Dein Amt',
        modulesMaybe: 'Bekommst du die Hilfe? Das ist noch offen.',
        modulesTrainee: 'Für dich',
        needsTitle: 'Was ist gerade schwer für dich?',
        offerClaims: { claim: 'Darauf hast du ein Recht', discretion: 'Das Amt entscheidet', programme: 'Programm', advice: 'Beratung' },
        topics: { place: 'Wo du wohnst', work: 'In der Firma', school: 'Schule und Prüfung', life: 'Zuhause, Geld, Gesundheit', rest: 'Ausbildung und du' },
      },
    },

    en: {
      name: 'AsA flex check',
      language: 'Language',
      languages: { de: 'Deutsch', 'de-simple': 'Einfache Sprache', en: 'English' },
      crisisButton: 'Crisis help',
      crisisTitle: 'In distress? Call now.',
      crisisDanger: 'Danger to life',
      crisisDangerNote: 'Ambulance and fire brigade',
      crisisTalk: 'Someone to talk to: TelefonSeelsorge',
      crisisTalkNote: 'Day and night, free, no names, in German',
      callPrefix: 'Call:',
      yourAnswer: 'your answer so far',

      startEyebrow: 'Assistierte Ausbildung flexibel (assisted training)',
      startTitle: 'Which support fits this apprenticeship?',
      startLead: 'AsA flex stands by young people before, during and after training in a company, and by the company too. A few questions show whether it is an option, what exactly can help, and whom to call first.',
      startFor: 'For trainees, parents, schools, companies, works councils and counselling services.',
      startPoints: [
        ['A few minutes', 'The main points are usually clear after about ten questions. You can see the result at any time.'],
        ['All voluntary', 'You can skip every question. We do not ask for names.'],
        ['Nothing is stored', 'Your answers exist on this page only, while it is open. The service calculates and forgets.'],
      ],
      start: 'Start the questions',
      resume: 'Continue with the questions',
      startNote: 'This is guidance, not legal advice. The responsible body decides about support.',
      startCall: 'Prefer to talk right away? Careers guidance of the employment agency is free (in German):',

      questionNumber: (n) => `Question ${n}`,
      atMost: (n) => (n <= 0 ? 'This is the last question.' : n === 1 ? 'At most one more in total. You can stop at any time.' : `At most ${n} more in total. You can stop at any time.`),
      withExtras: (n) => (n <= 0 ? 'This is the last question.' : n === 1 ? 'With all extra questions, at most one more.' : `With all extra questions, at most ${n} more.`),
      about: (n) => (n <= 1 ? 'the last important one' : `about ${n} to go`),
      usual: 'usually about ten',
      refining: 'The main points are clear. This question makes the result more precise.',
      inTopic: (topic) => `Topic: ${topic}`,
      changing: 'Change your answer',
      before: 'Before we start',
      why: 'Why we ask',
      sensitive: 'Personal and voluntary',
      sensitiveNote: 'You will get a result without this answer too.',
      meant: (requester, text) => (requester === 'trainee' && /young person/.test(text) ? 'The young person is you.' : null),
      chooseMany: 'You can choose more than one answer.',
      next: 'Continue',
      back: 'Back',
      showResult: 'Show the result now',
      knownNow: 'As of now, may still change: call here first',
      knownSure: 'Going by your answers: call here first',
      knownNowVisit: 'As of now, may still change: turn here first',
      knownSureVisit: 'Going by your answers: turn here first',
      toResult: 'Back to the result',
      skipGroup: 'Give no answer',
      unknown: 'I do not know',
      private: 'I would rather not say',
      yes: 'Yes',
      no: 'No',
      none: 'None of these',
      busy: 'One moment …',
      errorChoose: 'Please choose an answer. “I do not know” is fine too.',
      errorMany: 'Please tick something, or choose “None of these”.',
      errorInt: (min, max) => `Please enter a whole number from ${min} to ${max}.`,
      errorPlz: 'Please enter the five digits of the postal code, for example 70173.',
      errorDate: 'Please enter a date, for example 31.08.2025 (day, month, year).',
      errorRefused: 'The service could not use this answer. Please check it once more.',
      plzHint: 'Five digits',
      intHint: (min, max) => `A number from ${min} to ${max}`,
      dateHint: 'Day, month, year',
      dateTyped: 'DD.MM.YYYY, for example 31.08.2025',
      dateType: 'Type the date instead',
      datePick: 'Pick the date instead',
      answersTitle: 'Your answers',
      answersCount: (n) => (n === 1 ? 'View and change 1 answer' : `View and change ${n} answers`),
      noAnswers: 'You have not given any details yet.',
      skippedCount: (n) => (n === 1 ? '1 question without an answer' : `${n} questions without an answer`),
      change: 'Change',
      unused: 'no influence',
      unusedNote: 'Details marked “no influence” changed nothing in the result.',

      resultTitle: 'Your next step',
      later: 'Later: everything about the training',
      first: 'First',
      orTalk: 'Or, to talk',
      free: 'free',
      noPhoneHere: 'Prefer to call?',
      noPhoneText: (name) => `This body has no central number. On the phone, this one helps: ${name}.`,
      sayTitle: 'What you can say on the phone',
      sayTranslation: 'In English:',
      bring: 'What you can bring along',
      ownOffice: (title) => `Your own office: ${title}`,
      ownFirst: 'First: you can start this yourself',
      ownNow: 'As of now, may still change: you can start this yourself',
      ownSure: 'Going by your answers: you can start this yourself',
      ownNext: 'After that, help on the phone',
      ownBring: 'What helps with that',
      ownElsewhere: 'Is another office meant?',
      moreWays: 'Other ways to reach them',
      aboutNumber: 'Where the number comes from',
      more: 'More about this contact',
      whyThis: 'Why this contact?',
      whyModule: 'Why?',
      fromAnswers: 'From your answers:',
      lawTitle: 'Basis',
      contacts: 'More people who help',
      contactsLead: 'In this order.',
      allContacts: (n) => `Show ${n} more contacts`,
      officesTitle: 'Your local office',
      officesAsk: 'With the postal code we can name the responsible office.',
      officesFind: 'Find the office',
      officesSeveral: 'Several offices are possible for this postal code.',
      officesCount: (n) => `${n} possible offices`,
      officesNone: 'We know no office for this postal code.',
      officeKinds: { 'employment-agency': 'Agentur für Arbeit (employment agency)', jobcenter: 'Jobcenter' },
      officeFinder: 'look up address and opening hours (in German)',
      officeFinderNote: 'This opens arbeitsagentur.de and passes the postal code on.',
      modules: 'What AsA flex can do',
      modulesLead: 'These modules fit your answers. The responsible body and the provider decide what comes of them.',
      modulesMaybe: 'Whether the conditions are met is still open.',
      modulesTrainee: 'For the young person',
      modulesCompany: 'For the company',
      needsTitle: 'What is difficult right now?',
      needsHint: 'Tick what applies. What you leave empty stays open and does not count as “no”.',
      needsShow: 'Show what can help',
      needsDone: (n) => (n === 1 ? '1 module fits.' : `${n} modules fit.`),
      offers: 'Other support that may fit',
      offerClaims: { claim: 'a legal right', discretion: 'discretionary', programme: 'programme', advice: 'advice' },
      askAt: 'Ask here:',
      openTitle: 'More precise?',
      openLead: (n) => (n === 1 ? 'One question can still make the result more precise.' : `At most ${n} questions can still make the result more precise. You choose which.`),
      openNone: 'Everything that matters is answered. No question is open.',
      openSkippedOnly: 'Only what you skipped is open. You can answer it at any time.',
      openAll: 'Answer all, one by one',
      openGroup: (n) => (n === 1 ? '1 question' : `${n} questions`),
      openStart: (topic) => `Answer “${topic}”`,
      skippedTag: 'skipped',
      assumedTitle: 'What we assume',
      answerIt: 'Answer',
      topics: { place: 'Home and company', work: 'In the company', school: 'School and exams', life: 'Home, money, health', rest: 'Training and person' },
      pathways: 'When AsA flex is possible',
      pathwaysClosed: (n) => (n === 1 ? '1 phase that does not fit right now' : `${n} phases that do not fit right now`),
      requirements: 'Conditions in detail',
      earliest: 'At the earliest from',
      latest: 'Was possible until',
      remind: 'Add the day to your calendar',
      remindTitle: (title) => `AsA flex: ask about “${title}” (possible from today at the earliest, at discretion)`,
      toOpen: 'What would make it possible',
      toOpenFacts: 'This would have to be different:',
      toOpenUnknown: 'This would have to fit and is still open:',
      toOpenWait: 'Wait until',
      changeGone: 'ends then',
      changeLook: 'Please look again from that day on.',
      changesOn: (date) => `On ${date} the result changes`,
      decides: 'Who decides',
      notices: 'Good to know',
      events: 'Events',
      eventCalendar: 'Add to calendar (.ics)',
      sources: 'Law and sources',
      sourcesCount: (n) => `${n} sources for this result`,
      textAsOf: (date) => `as of ${date}`,
      checkedOn: (date) => `seen on ${date}`,
      asOf: (date, version) => `Result of ${date}, rule set ${version}.`,
      take: 'Take it with you',
      print: 'Print or save as PDF',
      restart: 'Start over',
      restartNote: 'Deletes all answers.',
      restartAsk: 'Delete all answers?',
      restartText: 'Nothing is left after that, not even with “Back”.',
      restartYes: 'Yes, delete everything',
      restartNo: 'Cancel',
      forgotten: 'Everything is deleted.',
      newTab: 'opens in a new tab',
      privacy: 'Nothing is stored: no cookies, no account, no names. Closing the page deletes everything.',
      problemTitle: 'That did not work just now',
      problemOffline: 'The service cannot be reached. Check the internet connection and try again.',
      problemBusy: (s) => `Very many people are asking right now. Please try again in ${s === 1 ? 'one second' : `${s} seconds`}.`,
      problemDown: 'The service is taking a short break. Please try again in a moment.',
      problemKey: 'This page may not ask the service right now. Please tell whoever runs it.',
      problemOther: 'The service could not answer the request.',
      problemKept: 'Your answers are still here.',
      problemId: (id) => `Reference for questions: ${id}`,
      problemCall: 'It works without this page too. Careers guidance of the employment agency, free, in German:',
      retry: 'Try again',
    },
  };

  // What one can say on the phone: who calls and why, then what is asked. The offices speak German, so it stays German and English explains it.
  const SITUATIONS = {
    trainee: {
      de: 'Guten Tag, ich brauche Unterstützung bei meiner Ausbildung.',
      simple: 'Guten Tag. Ich brauche Hilfe in meiner Ausbildung.',
      en: 'Hello, I need support with my training.',
    },
    done: {
      de: 'Guten Tag, ich habe eine Ausbildung abgeschlossen und brauche Unterstützung beim Start in die Arbeit.',
      simple: 'Guten Tag. Meine Ausbildung ist fertig. Ich brauche Hilfe bei der Arbeit.',
      en: 'Hello, I have completed my training and need support with starting work.',
    },
    failed: {
      de: 'Guten Tag, meine Ausbildung ist ohne bestandene Abschlussprüfung zu Ende gegangen, und ich brauche Unterstützung.',
      simple: 'Guten Tag. Meine Ausbildung ist vorbei. Ich habe die Prüfung nicht geschafft. Ich brauche Hilfe.',
      en: 'Hello, my training ended without passing the final examination, and I need support.',
    },
    seeker: {
      de: 'Guten Tag, ich suche eine Ausbildung und brauche dabei Unterstützung.',
      simple: 'Guten Tag. Ich suche eine Ausbildung und brauche Hilfe.',
      en: 'Hello, I am looking for training and need support with it.',
    },
  };
  // The same from somebody else: a company speaks of itself, everybody else of a young person.
  const SITUATIONS_OF_OTHERS = {
    trainee: {
      de: 'Guten Tag, ich frage für einen jungen Menschen, der bei der Ausbildung Unterstützung braucht.',
      simple: 'Guten Tag. Ich frage für einen jungen Menschen. Er braucht Hilfe in der Ausbildung.',
      en: 'Hello, I am asking for a young person who needs support with training.',
    },
    company: {
      de: 'Guten Tag, unser Betrieb bildet aus, und ein junger Mensch soll besser unterstützt werden.',
      simple: 'Guten Tag. Unsere Firma bildet aus. Ein junger Mensch braucht Hilfe.',
      en: 'Hello, our company trains young people, and one of them should be supported better.',
    },
    done: {
      de: 'Guten Tag, ich frage für einen jungen Menschen, der eine Ausbildung abgeschlossen hat und beim Start in die Arbeit Unterstützung braucht.',
      simple: 'Guten Tag. Ich frage für einen jungen Menschen. Seine Ausbildung ist fertig. Er braucht Hilfe bei der Arbeit.',
      en: 'Hello, I am asking for a young person who has completed training and needs support with starting work.',
    },
    failed: {
      de: 'Guten Tag, ich frage für einen jungen Menschen, dessen Ausbildung ohne bestandene Abschlussprüfung zu Ende gegangen ist und der Unterstützung braucht.',
      simple: 'Guten Tag. Ich frage für einen jungen Menschen. Seine Ausbildung ist vorbei. Er hat die Prüfung nicht geschafft. Er braucht Hilfe.',
      en: 'Hello, I am asking for a young person whose training ended without passing the final examination and who needs support.',
    },
    seeker: {
      de: 'Guten Tag, ich frage für einen jungen Menschen, der eine Ausbildung sucht und dabei Unterstützung braucht.',
      simple: 'Guten Tag. Ich frage für einen jungen Menschen. Er sucht eine Ausbildung und braucht Hilfe.',
      en: 'Hello, I am asking for a young person who is looking for training and needs support with it.',
    },
  };
  // What is asked follows the result: whether, from when, or what else.
  const REQUESTS = {
    whether: {
      own: {
        de: 'Ich möchte wissen, ob Assistierte Ausbildung flexibel, kurz AsA flex, für mich möglich ist.',
        simple: 'Ich habe von AsA flex gehört. Geht das für mich?',
        en: 'I would like to know whether AsA flex is possible for me.',
      },
      other: { de: 'Kommt Assistierte Ausbildung flexibel, kurz AsA flex, in Frage?', simple: 'Geht AsA flex?', en: 'Is AsA flex an option?' },
    },
    when: {
      own: {
        de: 'Ich möchte wissen, ab wann Assistierte Ausbildung flexibel, kurz AsA flex, für mich in Frage kommt.',
        simple: 'Ich habe von AsA flex gehört. Wann geht das für mich?',
        en: 'I would like to know from when AsA flex is an option for me.',
      },
      other: { de: 'Ab wann kommt Assistierte Ausbildung flexibel, kurz AsA flex, in Frage?', simple: 'Wann geht AsA flex?', en: 'From when is AsA flex an option?' },
    },
    else: {
      own: {
        de: 'Assistierte Ausbildung flexibel passt bei mir wohl nicht. Welche andere Hilfe gibt es für mich?',
        simple: 'AsA flex passt bei mir wohl nicht. Welche andere Hilfe gibt es?',
        en: 'AsA flex probably does not fit my case. What other help is there for me?',
      },
      other: {
        de: 'Assistierte Ausbildung flexibel passt wohl nicht. Welche andere Hilfe gibt es?',
        simple: 'AsA flex passt wohl nicht. Welche andere Hilfe gibt es?',
        en: 'AsA flex probably does not fit. What other help is there?',
      },
    },
  };
  const SENTENCE_ROUTES = ['aa-berufsberatung', 'aa-arbeitgeberservice', 'jobcenter'];
  const COMPANY_SIDE = ['company', 'trainer', 'works-council'];
  // Who asks may be the very office that the service puts first; nobody is sent to themselves.
  const OWN_OFFICE = { 'works-council': 'betriebsrat', provider: 'bildungstraeger' };
  // Outcomes of a phase through which no help comes, whatever else is answered.
  const CLOSED = ['conditions-not-met', 'not-in-force', 'expired'];

  // Open questions are offered by topic; a fact that is not named here falls under `rest`.
  const TOPIC_OF = {};
  const topic = (id, facts) => facts.split(' ').forEach((fact) => { TOPIC_OF[fact] = id; });
  topic('work', 'companyConflict dropoutRisk practicalWorkDifficult recordBookGaps companyNeeds worksCouncilExists igMetallSector occupationSector');
  topic('school', 'vocationalSchool upcomingExam failedExams theoryGaps examAnxiety basicSkillsGaps languageBarriers absenceOrMotivation accessBarriers learningDisorder');
  topic('life', 'homeStrain moneyProblems healthStrain careDuties disability rehabilitationCarrier acuteDanger livesWithParents movedForTraining');
  topic('place', 'homePostalCode berlinDistrict companyPostalCode companyInGermany livesInGermany');
  // What one can tick in one go on the result: difficulties that call for a module, nothing personal among them.
  const NEEDS = ['theoryGaps', 'basicSkillsGaps', 'examAnxiety', 'practicalWorkDifficult', 'recordBookGaps', 'absenceOrMotivation'];
  const TOPICS = ['work', 'school', 'life', 'place', 'rest'];
  const topicOf = (fact) => TOPIC_OF[fact] ?? 'rest';

  // ---------------------------------------------------------------------------------------------------------------- style

  const DARK = `
    --paper: #10191c; --card: #172428; --sunk: #121d20; --ink: #e9eeec; --muted: #a9b8ba; --line: #2c3d42; --edge: #7b8f94;
    --brand: #7fd3cb; --on-brand: #06211f; --brand-soft: #17373a; --brand-deep: #bfeae5; --amber: #f0b067; --hero: #14393d; --on-hero: #eef5f3; --hero-soft: #bcd3d1;
    --warn-soft: #33280f; --warn: #f3cf90; --crisis: #ffa8a4; --on-crisis: #33090a; --crisis-soft: #36191b; --danger: #6e1b24; --private: #cbbcf3; --private-soft: #282143;
    --shadow: none; color-scheme: dark;`;

  const STYLE = `
    :host {
      --paper: #f6f4ee; --card: #ffffff; --sunk: #faf9f5; --ink: #1a2b30; --muted: #4f6068; --line: #dedad0; --edge: #75848a;
      --brand: #0c5f66; --on-brand: #ffffff; --brand-soft: #e2f0ee; --brand-deep: #084349; --amber: #d98a2b; --hero: #0b5058; --on-hero: #ffffff; --hero-soft: #cfe3e2;
      --warn-soft: #fdf2df; --warn: #6f4605; --crisis: #9f2530; --on-crisis: #ffffff; --crisis-soft: #fbecea; --danger: #8f1f2a; --private: #553f86; --private-soft: #f0ecf9;
      --shadow: 0 1px 2px rgb(20 40 45 / .05), 0 12px 32px -18px rgb(20 40 45 / .22);
      --round: 18px; --round-small: 12px;
      display: block; container: asaflex / inline-size; color-scheme: light;
      background: var(--asaflex-background, var(--paper)); color: var(--ink);
      font-family: var(--asaflex-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif);
      font-size: var(--asaflex-font-size, 1.0625em); line-height: 1.55; text-align: start; font-weight: 400; letter-spacing: normal;
      -webkit-text-size-adjust: 100%; overflow-wrap: break-word; font-kerning: normal;
    }
    :host([hidden]) { display: none; }
    @media (prefers-color-scheme: dark) { :host(:not([theme="light"])) { ${DARK} } }
    :host([theme="dark"]) { ${DARK} }
    :host([page]) { min-height: 100vh; min-height: 100dvh; }

    *, *::before, *::after { box-sizing: border-box; }
    [hidden] { display: none !important; }
    h1, h2, h3, h4, p, ul, ol, dl, dd, fieldset, legend, blockquote, figure { margin: 0; padding: 0; border: 0; min-inline-size: 0; }
    ul, ol { list-style: none; }
    button, input, select { font: inherit; color: inherit; letter-spacing: inherit; }
    svg { display: block; flex: none; }
    a { color: var(--brand); text-underline-offset: .18em; text-decoration-thickness: .06em; }
    p, li, dd, blockquote { text-wrap: pretty; }
    p, li, dd { hyphens: auto; hyphenate-limit-chars: 12 5 5; }
    h1, h2, h3, h4 { line-height: 1.22; font-weight: 660; letter-spacing: -.012em; text-wrap: balance; hyphens: manual; outline-offset: .25em; }
    @container asaflex (max-width: 22.4em) { h1, h2, h3, h4 { hyphens: auto; } }
    h3, h4 { hyphens: auto; hyphenate-limit-chars: 14 6 6; overflow-wrap: anywhere; }
    :focus-visible { outline: 3px solid var(--brand); outline-offset: 3px; border-radius: 6px; }
    h1:focus, h2:focus { outline: none; }
    h1:focus-visible, h2:focus-visible { outline: none; }
    .visually-hidden { position: absolute; inline-size: 1px; block-size: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    .number { white-space: nowrap; font-variant-numeric: tabular-nums; }

    /* frame */
    .frame { display: grid; grid-template: auto 1fr auto / minmax(0, 1fr); min-height: inherit; }
    .inner { inline-size: 100%; max-inline-size: 71em; margin-inline: auto; padding-inline: max(1.15em, env(safe-area-inset-left)) max(1.15em, env(safe-area-inset-right)); }
    .top .inner { display: flex; flex-wrap: wrap; align-items: center; gap: .5em .9em; padding-block: .7em; }
    .brand { display: flex; align-items: center; gap: .6em; margin-inline-end: auto; font-weight: 680; letter-spacing: -.01em; white-space: nowrap; }
    .brand svg { inline-size: 2.1em; block-size: 2.1em; }
    .tongues { display: flex; padding: 3px; gap: 2px; background: var(--card); border: 1px solid var(--line); border-radius: 999px; }
    .tongue { min-block-size: 44px; min-inline-size: 44px; padding: .2em .9em; border: 1px solid transparent; border-radius: 999px; background: none; cursor: pointer; color: var(--muted); }
    .tongue span { font-size: .9em; white-space: nowrap; }
    .tongue[aria-pressed="true"] { background: var(--brand); color: var(--on-brand); font-weight: 620; }
    .help { min-block-size: 44px; display: inline-flex; align-items: center; gap: .5em; padding: .2em 1em; border-radius: 999px; border: 1.5px solid var(--crisis); background: var(--card); color: var(--crisis); font-weight: 620; cursor: pointer; }
    .help span { font-size: .94em; }
    .help[aria-expanded="true"] { background: var(--crisis-soft); }
    .help svg { inline-size: 1.15em; block-size: 1.15em; }
    .tongue .short { display: none; }
    @container asaflex (max-width: 37.6em) {
      .top .inner { padding-block: .6em .4em; gap: .5em; }
      .tongues { padding: 0; }
      .tongue { padding-inline: .55em; }
      .tongue .long { display: none; } .tongue .short { display: inline; }
      .help { padding-inline: .8em; gap: .4em; }
    }
    @container asaflex (max-width: 27.6em) { .brand span { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); } }

    .frame[data-busy] .top { box-shadow: inset 0 -3px var(--brand); }
    @media screen and (prefers-reduced-motion: no-preference) { .frame[data-busy] .top { animation: wait 1s ease-in-out infinite alternate; } }
    @keyframes wait { to { box-shadow: inset 0 -3px var(--amber); } }

    .crisis { background: var(--crisis-soft); border: 1px solid color-mix(in srgb, var(--crisis) 30%, transparent); border-radius: var(--round); padding: 1.15em 1.25em 1.25em; }
    .top .crisis-drawer { display: block; padding-block: .3em 1em; }
    .crisis h2, .crisis h3 { color: var(--crisis); font-size: 1.15em; margin-block-end: .7em; }
    .crisis-grid { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1em 2.5em; }
    @container asaflex (min-width: 44.7em) { .crisis-grid { grid-template-columns: auto 1fr; } }
    .crisis-name { font-weight: 620; }
    .crisis-note { color: var(--muted); font-size: .92em; margin-block-end: .5em; }
    .crisis-calls { display: flex; flex-wrap: wrap; gap: .6em; }

    /* buttons */
    .button { display: inline-flex; align-items: center; justify-content: center; gap: .6em; min-block-size: 52px; padding: .55em 1.5em; border-radius: 999px; border: 2px solid var(--brand); background: var(--brand); color: var(--on-brand); font-weight: 640; text-decoration: none; cursor: pointer; text-align: center; }
    .button svg { inline-size: 1.2em; block-size: 1.2em; }
    .button.quiet { background: transparent; color: var(--brand); border-color: var(--edge); }
    .button.plain { background: transparent; border-color: transparent; color: var(--brand); text-decoration: underline; text-underline-offset: .2em; text-decoration-thickness: .06em; padding-inline: .6em; }
    .button.crisis-call { background: var(--crisis); border-color: var(--crisis); color: var(--on-crisis); }
    .button.small { min-block-size: 44px; padding: .3em 1em; }
    .button.small > span { font-size: .94em; }
    .text-button { min-block-size: 44px; padding: .3em .5em; margin-inline: -.5em; background: none; border: 0; color: var(--brand); text-decoration: underline; text-underline-offset: .2em; text-decoration-thickness: .06em; cursor: pointer; text-align: start; border-radius: 8px; }

    /* start */
    .start { display: grid; grid-template-columns: minmax(0, 1fr); gap: 2.2em; padding-block: 1.6em 3em; }
    .start-text { max-inline-size: 38em; }
    .eyebrow { font-size: .92em; font-weight: 620; color: var(--brand); letter-spacing: .005em; margin-block-end: .55em; }
    .start-title { font-size: 2em; letter-spacing: -.022em; line-height: 1.14; }
    .lead { font-size: 1.12em; line-height: 1.5; margin-block-start: .85em; }
    .start-for { color: var(--muted); margin-block-start: .8em; }
    .start-go { display: flex; flex-wrap: wrap; gap: .8em 1.2em; align-items: center; margin-block: 1.7em 1em; }
    .start-go .button { min-block-size: 56px; padding-inline: 2em; }
    .start-note { color: var(--muted); font-size: .93em; max-inline-size: 34em; }
    .start-points { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.1em; }
    .start-points li { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: .1em .9em; align-content: start; }
    .start-points svg { grid-row: span 2; inline-size: 1.5em; block-size: 1.5em; color: var(--brand); margin-block-start: .05em; }
    .start-points strong { font-weight: 640; }
    .start-points p { color: var(--muted); font-size: .95em; }
    .start-art { display: none; }
    .start-call { background: var(--card); border: 1px solid var(--line); border-radius: var(--round); padding: 1em 1.25em; display: flex; flex-wrap: wrap; align-items: center; gap: .7em 1.2em; }
    .start-call p { flex: 1 1 16em; }
    .start-more { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.8em; }
    @container asaflex (min-width: 52.9em) {
      .start { grid-template-columns: minmax(0, 1.12fr) minmax(0, .88fr); gap: 3em 4em; padding-block: 3.2em 4em; align-items: center; }
      .start-title { font-size: 3.1em; }
      .lead { font-size: 1.2em; }
      .start-art { display: block; }
      .start-art svg { inline-size: 100%; block-size: auto; }
      .start-more { grid-column: 1 / -1; gap: 2.4em; }
      .start-points { grid-template-columns: repeat(3, 1fr); gap: 2.5em; }
    }

    /* question */
    .ask { max-inline-size: 43em; margin-inline: auto; padding-block: .9em 2.5em; }
    .way { margin-block-end: 1.5em; }
    .way-text { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1em; font-size: .92em; }
    .way-text b { font-weight: 640; }
    .way-text span, .way-more { color: var(--muted); }
    .way-more { font-size: .92em; }
    .way-bar { block-size: 6px; border-radius: 6px; background: var(--line); margin-block: .45em .4em; overflow: hidden; border: 1px solid transparent; }
    .way-bar i { display: block; block-size: 100%; inline-size: 100%; border-radius: 6px; background: linear-gradient(90deg, var(--brand) 60%, var(--amber)); transform-origin: 0 50%; }
    [dir="rtl"] .way-bar i { transform-origin: 100% 50%; }
    .ask h1, .ask h2.question { font-size: 1.58em; }
    @container asaflex (min-width: 41.2em) { .ask { padding-block: 2.4em 3.5em; } .ask h1, .ask h2.question { font-size: 1.95em; } .way { margin-block-end: 2.2em; } }
    .hint { color: var(--muted); margin-block-start: .55em; }
    .badge { display: inline-flex; align-items: center; gap: .45em; border-radius: 999px; padding: .18em .8em .18em .6em; background: var(--private-soft); color: var(--private); font-weight: 620; margin-block-end: .8em; }
    .badge span { font-size: .88em; }
    .badge svg { inline-size: 1.05em; block-size: 1.05em; }
    .reason { margin-block-start: 1.1em; padding: .85em 1.1em; border-radius: var(--round-small); background: var(--private-soft); border: 1px solid transparent; }
    .reason p + p { margin-block-start: .3em; }
    .why { margin-block-start: 1.3em; font-size: .95em; color: var(--muted); display: grid; grid-template-columns: auto minmax(0, 1fr); gap: .6em; }
    .why svg { inline-size: 1.2em; block-size: 1.2em; margin-block-start: .18em; color: var(--brand); }
    .why b { color: var(--ink); font-weight: 620; }
    .options { display: grid; grid-template-columns: minmax(0, 1fr); gap: .6em; margin-block-start: 1.3em; }
    .options.pair, .options.digits { grid-template-columns: repeat(2, minmax(0, 1fr)); }
    .option { position: relative; display: grid; grid-template-columns: auto minmax(0, 1fr); align-items: center; gap: .85em; min-block-size: 54px; padding: .62em 1.05em; background: var(--card); border: 1.5px solid var(--edge); border-radius: var(--round-small); cursor: pointer; scroll-margin-block: 5em 8em; }
    .option:has(input:checked) { border-color: var(--brand); background: var(--brand-soft); box-shadow: inset 0 0 0 1px var(--brand); }
    .option:has(input:focus-visible) { outline: 3px solid var(--brand); outline-offset: 3px; }
    .option input { appearance: none; -webkit-appearance: none; margin: 0; inline-size: 24px; block-size: 24px; border: 2px solid var(--edge); background: var(--card); border-radius: 50%; display: grid; place-content: center; cursor: pointer; outline: none; scroll-margin-block: 5em 8em; }
    .option input::before { content: ""; inline-size: 12px; block-size: 12px; border-radius: 50%; transform: scale(0); background: var(--brand); }
    .option input[type="checkbox"] { border-radius: 7px; }
    .option input[type="checkbox"]::before { inline-size: 14px; block-size: 14px; border-radius: 0; clip-path: polygon(14% 44%, 0 62%, 42% 100%, 100% 18%, 82% 4%, 39% 64%); }
    .option input:checked { border-color: var(--brand); }
    .option input:checked::before { transform: scale(1); }
    .option span { hyphens: auto; }
    .option.none { border-style: dashed; }
    button.choice { min-block-size: 64px; display: flex; align-items: center; justify-content: center; gap: .6em; padding: .6em 1em; background: var(--card); border: 1.5px solid var(--edge); border-radius: var(--round-small); font-weight: 640; cursor: pointer; }
    button.choice > span:first-of-type { font-size: 1.1em; }
    button.choice.was { border-color: var(--brand); background: var(--brand-soft); box-shadow: inset 0 0 0 1px var(--brand); }
    button.choice svg { inline-size: 1.2em; block-size: 1.2em; color: var(--brand); }
    .list button.choice { min-block-size: 54px; justify-content: space-between; text-align: start; font-weight: 540; padding-inline: 1.1em .9em; scroll-margin-block: 5em 3em; }
    .list button.choice > span:first-of-type { font-size: 1em; hyphens: auto; min-inline-size: 0; }
    .list button.choice:not(.was) svg { color: var(--edge); }
    .field { display: grid; gap: .35em; margin-block-start: 1.3em; justify-items: start; }
    .field-label { font-weight: 620; }
    .field-hint { color: var(--muted); font-size: .92em; }
    .field input { inline-size: 100%; max-inline-size: 12em; min-block-size: 56px; padding: .4em .8em; background: var(--card); border: 1.5px solid var(--edge); border-radius: var(--round-small); font-size: 1.2em; font-variant-numeric: tabular-nums; scroll-margin-block: 5em 8em; }
    .field input:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px; border-color: var(--brand); border-radius: var(--round-small); }
    .field input[aria-invalid="true"] { border-color: var(--crisis); border-width: 2px; }
    .error { display: grid; grid-template-columns: auto 1fr; gap: .55em; align-items: start; color: var(--crisis); font-weight: 600; margin-block-start: .8em; }
    .error svg { inline-size: 1.3em; block-size: 1.3em; margin-block-start: .1em; }
    .skips { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .6em; margin-block-start: 1.1em; }
    .skips .button { padding-inline: .6em; border-radius: var(--round-small); border-width: 1.5px; border-color: transparent; background: color-mix(in srgb, var(--brand-soft) 55%, var(--paper)); color: var(--brand); font-weight: 560; }
    .skips .was { border-color: var(--brand); }
    .skips .button > span { font-size: .96em; line-height: 1.3; }
    .moves { display: flex; flex-wrap: wrap; align-items: center; gap: .6em; margin-block-start: 1.4em; padding-block: .75em; }
    .moves .button.main { margin-inline-start: auto; min-inline-size: 9em; }
    /* Once something is chosen in a long list, the way on stays in sight; before that nothing covers the options. */
    @media (min-height: 560px) {
      form:has(.option input:checked) .moves { position: sticky; inset-block-end: 0; background: linear-gradient(to top, var(--asaflex-background, var(--paper)) 78%, transparent); padding-block: .9em max(.75em, env(safe-area-inset-bottom)); z-index: 1; }
    }
    .early { margin-block-start: .4em; }
    .known { margin-block-start: 1.1em; padding: 1em 1.15em 1.1em; border-radius: var(--round); background: var(--card); border: 1px solid var(--line); }
    .known-title { color: var(--muted); font-size: .92em; }
    .known-next { margin-block-start: .4em; }
    .known-name { font-weight: 640; margin-block-start: .1em; }
    .known-acts { display: flex; flex-wrap: wrap; gap: .6em; margin-block-start: .7em; }
    @container asaflex (max-width: 24.7em) { .known-acts .button { flex: 1 1 auto; } }
    .so-far { border-block-start: 1px solid var(--line); margin-block-start: 2em; }
    .ask .crisis { margin-block-start: 1.4em; }

    @media (hover: hover) {
      a:hover { text-decoration-thickness: .12em; }
      .tongue:not([aria-pressed="true"]):hover { color: var(--ink); background: var(--brand-soft); }
      .help:hover { background: var(--crisis-soft); }
      .button:hover { background: var(--brand-deep); border-color: var(--brand-deep); }
      .button.quiet:hover { background: var(--brand-soft); border-color: var(--brand); }
      .button.plain:hover { background: var(--brand-soft); }
      .button.crisis-call:hover { filter: brightness(.9); }
      .text-button:hover { background: var(--brand-soft); }
      .option:hover { border-color: var(--brand); background: var(--brand-soft); }
      button.choice:hover { border-color: var(--brand); background: var(--brand-soft); }
      .skips .button:hover { border-color: var(--brand); background: var(--brand-soft); }
      details > summary:hover { text-decoration: underline; text-underline-offset: .2em; }
      .open-list .text-button:hover { text-decoration: underline; }
    }

    @media (hover: hover) { .first-head .call.call:hover { background: #e3f1ef; border-color: #e3f1ef; filter: none; } .first.danger .call.call:hover { background: #fbe4e4; border-color: #fbe4e4; } }

    /* disclosure */
    details > summary { min-block-size: 44px; display: flex; align-items: center; gap: .55em; cursor: pointer; padding-block: .4em; list-style: none; color: var(--brand); font-weight: 580; border-radius: 8px; }
    details > summary::-webkit-details-marker { display: none; }
    details > summary::before { content: ""; flex: none; inline-size: .5em; block-size: .5em; border-inline-end: 2px solid; border-block-end: 2px solid; transform: rotate(-45deg); margin-inline: .15em .25em; }
    details[open] > summary::before { transform: rotate(45deg); }
    details > .inside { padding-block: .2em .9em; }

    /* answers */
    .answers { display: grid; gap: 0; }
    .answers + details { margin-block-start: .4em; }
    .answers > div { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 1em; align-items: center; padding-block: .5em; border-block-end: 1px solid var(--line); }
    .answers dt { color: var(--muted); font-size: .9em; grid-column: 1; }
    .answers dd { grid-column: 1; font-weight: 560; }
    .answers dd.act { grid-column: 2; grid-row: 1 / span 2; }
    .tag { display: inline-block; font-size: .8em; font-weight: 560; line-height: 1.4; border: 1px solid var(--edge); color: var(--muted); border-radius: 999px; padding: .05em .65em; margin-inline-start: .45em; white-space: nowrap; }

    /* result */
    .result { display: grid; grid-template-columns: minmax(0, 1fr); gap: 2.2em 3.4em; padding-block: 1.2em 3em; align-items: start; }
    .result .main, .result > .side { display: grid; grid-template-columns: minmax(0, 1fr); gap: 2.6em; min-inline-size: 0; }
    .result .main > details > summary { font-size: 1.1em; }
    .result .main .main { padding-block-start: 1.4em; }
    @container asaflex (min-width: 58.8em) { .result { grid-template-columns: minmax(0, 1fr) 19.5em; padding-block: 2.6em 4em; } .result > .main { gap: 3.4em; } .result > .side { position: sticky; inset-block-start: 1.1em; max-block-size: calc(100vh - 2.2em); overflow-y: auto; scrollbar-width: thin; padding: .4em; margin: -.4em; } }
    .result h1, .result h2.result-title { font-size: 1.9em; letter-spacing: -.02em; }
    @container asaflex (min-width: 41.2em) { .result h1, .result h2.result-title { font-size: 2.5em; } }
    .headline { font-size: 1.14em; line-height: 1.5; max-inline-size: 40em; }
    .meaning { display: grid; gap: 1.1em; }
    .chip { display: inline-flex; align-items: center; gap: .5em; border-radius: 999px; padding: .28em .95em .28em .7em; font-weight: 600; background: var(--card); border: 1px solid var(--line); color: var(--ink); }
    .chip > span { font-size: .9em; line-height: 1.35; }
    .chip svg { inline-size: 1.1em; block-size: 1.1em; }
    .chip.good { background: var(--brand-soft); color: var(--brand-deep); border-color: transparent; }
    .chip.wait { background: var(--warn-soft); color: var(--warn); border-color: transparent; }
    .result .opening .chip { margin-block-end: .7em; }
    .result .opening + .first { margin-block-start: -1.1em; }
    @container asaflex (min-width: 58.8em) { .result .opening + .first { margin-block-start: -1.6em; } }
    .section-title { font-size: 1.42em; }
    .section-lead { color: var(--muted); margin-block-start: .4em; max-inline-size: 42em; }
    .section-body { margin-block-start: 1.15em; display: grid; grid-template-columns: minmax(0, 1fr); gap: .9em; }

    .alerts { display: grid; gap: .7em; }
    .alert { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: .8em; padding: .95em 1.15em; border-radius: var(--round-small); background: var(--warn-soft); border: 1px solid transparent; }
    .alert svg { inline-size: 1.35em; block-size: 1.35em; color: var(--warn); margin-block-start: .1em; }
    .alert b { color: var(--warn); }
    .alert.info { background: var(--brand-soft); }
    .alert.info svg { color: var(--brand); }
    .alert.urgent { background: var(--crisis-soft); }
    .alert.urgent svg, .alert.urgent b { color: var(--crisis); }

    .first { background: var(--card); border: 1px solid var(--line); border-radius: calc(var(--round) + 4px); box-shadow: var(--shadow); overflow: hidden; }
    .first { --mark: var(--amber); }
    .first-head { padding: 1.35em 1.3em 1.4em; background: var(--hero); color: var(--on-hero); border: 0 solid transparent; }
    .first-head a:not(.button) { color: inherit; }
    .first.danger .first-head { background: var(--danger); }
    .first-head :focus-visible { outline-color: currentColor; }
    .first-head .call { background: #ffffff; border-color: #ffffff; color: #084349; }
    .first-head .call:focus-visible { outline-color: #ffffff; }
    .first.danger .call { color: #7d1620; }
    .first .eyebrow { margin-block-end: .3em; color: inherit; opacity: .86; }
    .first h2, .first h3 { font-size: 1.4em; }
    .first-head > p:not(.eyebrow) { margin-block-start: 1em; max-inline-size: 42em; }
    .first-head .ways-list svg, .first-head .ways-list small { color: var(--hero-soft); }
    .calls { display: flex; flex-wrap: wrap; gap: .7em; margin-block-start: 1.15em; }
    .call { min-block-size: 64px; padding: .5em 1.8em .5em 1.5em; border-radius: 18px; justify-content: flex-start; text-align: start; flex: 0 1 auto; }
    .call svg { inline-size: 1.6em; block-size: 1.6em; }
    .call b { display: block; font-size: 1.32em; font-weight: 680; line-height: 1.2; letter-spacing: .002em; }
    .call small { display: block; font-size: .86em; font-weight: 520; line-height: 1.35; }
    @container asaflex (max-width: 30.6em) { .first .call { inline-size: 100%; } }
    .ways-note { font-size: .9em; color: var(--muted); margin-block-start: .35em; }
    .instead { margin-block-start: 1.25em; padding: 1em 1.1em 1.15em; border-radius: var(--round-small); background: rgb(255 255 255 / .1); border: 1px solid rgb(255 255 255 / .25); }
    .first .instead h3, .first .instead h4 { font-size: 1.05em; }
    .instead .calls { margin-block-start: .8em; }
    .instead .call { min-block-size: 56px; padding-inline: .85em 1em; gap: .5em; }
    .instead .call svg { inline-size: 1.35em; block-size: 1.35em; }
    .instead .call b { font-size: 1.12em; }
    @container asaflex (max-width: 23.5em) { .instead { padding-inline: .85em; } }
    .say { margin-block-start: 1.25em; padding-inline-start: 1.05em; border-inline-start: 3px solid var(--amber); }
    .say-title { font-weight: 620; font-size: .95em; }
    .say blockquote { margin-block-start: .2em; font-size: 1.04em; }
    .say .translation { color: var(--hero-soft); font-size: .94em; margin-block-start: .35em; }
    .first-more { border-block-start: 1px solid var(--line); padding: .35em 1.3em; background: var(--sunk); }
    .first-more details + details { border-block-start: 1px solid var(--line); }
    .first-more:empty { display: none; }
    @container asaflex (min-width: 41.2em) { .first-head { padding: 2em 2.1em 1.8em; } .first-more { padding-inline: 2.1em; } .first h2, .first h3 { font-size: 1.65em; } }

    .card { background: var(--card); border: 1px solid var(--line); border-radius: var(--round); padding: 1.15em 1.25em; min-inline-size: 0; }
    .card:has(> details:last-child), .card:has(> div > details:last-child) { padding-block-end: .7em; }
    .card h3, .card h4 { font-size: 1.1em; }
    .card > p { margin-block-start: .45em; }
    .card details { margin-block-start: .5em; }
    .cards { display: grid; grid-template-columns: minmax(0, 1fr); gap: .9em; align-items: start; }
    .cards.two { align-items: stretch; }
    .cards.two > :only-child { grid-column: 1 / -1; }
    @container asaflex (min-width: 44.7em) { .cards.two { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
    .ranked { counter-reset: rank 1; }
    .ranked > li { counter-increment: rank; }
    .ranked .card { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0 .95em; }
    .ranked .card::before { content: counter(rank); grid-row: 1; inline-size: 1.9em; block-size: 1.9em; border-radius: 50%; display: grid; place-content: center; background: var(--brand-soft); color: var(--brand-deep); font-weight: 660; font-variant-numeric: tabular-nums; margin-block-start: -.1em; }
    .ranked .card > div { grid-column: 2; }
    @container asaflex (max-width: 28.2em) {
      .ranked .card { display: block; position: relative; }
      .ranked .card::before { position: absolute; }
      .ranked .card > div > :is(h3, h4):first-child { min-block-size: 1.6em; display: grid; align-content: center; padding-inline-start: 2.4em; }
      .ranked .card h3 + p, .ranked .card h4 + p { padding-block-start: .25em; }
    }
    .ranked h3 + p, .ranked h4 + p { margin-block-start: .35em; }
    .ways { display: flex; flex-wrap: wrap; gap: .55em; margin-block-start: .8em; }
    .ways-list { display: grid; gap: .7em; }
    .ways-list li { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: .7em; align-items: start; }
    .ways-list svg { inline-size: 1.2em; block-size: 1.2em; color: var(--brand); margin-block-start: .2em; }
    .ways-list a { display: inline-block; min-block-size: 44px; padding-block: .55em; margin-block: -.55em -.3em; }
    .ways-list .link-line { hyphens: manual; overflow-wrap: break-word; }
    .ways-list small { display: block; color: var(--muted); font-size: .9em; line-height: 1.45; }
    .link-line { display: inline-block; max-inline-size: 100%; padding-block: .15em; overflow-wrap: anywhere; }
    .law .link-line, .law-inline .link-line { display: inline; overflow-wrap: break-word; }
    .bullets { display: grid; gap: .4em; }
    .bullets li { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: .65em; }
    .bullets li::before { content: ""; inline-size: .42em; block-size: .42em; border-radius: 50%; background: var(--brand); margin-block-start: .58em; }
    .law { color: var(--muted); font-size: .92em; margin-block-start: .6em; }
    .law b { font-weight: 600; }
    .law-inline { color: var(--muted); font-size: .9em; white-space: normal; }
    .law-inline a { color: inherit; }
    .inside > h4, .inside > h5 { font-size: .95em; margin-block: .9em .4em; }
    .inside > h4:first-child, .inside > h5:first-child { margin-block-start: .2em; }
    .from { color: var(--muted); font-size: .92em; margin-block-start: .35em; }
    .group-title { font-size: 1.05em; margin-block-start: .5em; }
    .standing { font-size: .88em; color: var(--muted); font-weight: 560; }

    .needs { display: grid; gap: 1em; justify-items: start; background: var(--brand-soft); border: 1px solid transparent; border-radius: var(--round); padding: 1.15em 1.2em 1.25em; }
    .needs fieldset { inline-size: 100%; }
    .needs h3, .needs h4 { font-size: 1.1em; }
    .needs .fine { margin-block-start: .25em; color: var(--ink); }
    .needs .options { margin-block-start: .9em; gap: .5em; }
    .needs .option { border-color: transparent; min-block-size: 50px; padding-block: .45em; }
    @container asaflex (min-width: 37.6em) { .needs .options { grid-template-columns: 1fr 1fr; } }

    .offices li { padding-block: .7em; border-block-end: 1px solid var(--line); }
    .offices li:first-child { padding-block-start: 0; }
    .offices li:last-child { padding-block-end: 0; border: 0; }
    .offices small { display: block; color: var(--muted); font-size: .9em; }
    .inline-form { display: grid; grid-template-columns: minmax(0, 12em) auto; gap: .4em .7em; justify-content: start; }
    .inline-form label { display: contents; }
    .inline-form .field-label, .inline-form > div { grid-column: 1 / -1; }
    .inline-form > div:empty { display: none; }
    .inline-form input { grid-column: 1; min-inline-size: 0; inline-size: 100%; min-block-size: 56px; padding: .4em .8em; background: var(--card); border: 1.5px solid var(--edge); border-radius: var(--round-small); font-variant-numeric: tabular-nums; }
    .inline-form input[aria-invalid="true"] { border-color: var(--crisis); border-width: 2px; }
    .inline-form .button { min-block-size: 56px; }

    .open { background: var(--brand-soft); border-radius: calc(var(--round) + 4px); padding: 1.35em 1.3em; border: 1px solid transparent; }
    @container asaflex (min-width: 41.2em) { .open { padding: 1.8em 2.1em; } }
    .open .section-lead { color: var(--ink); }
    .open-topics { display: grid; grid-template-columns: minmax(0, 1fr); gap: .55em; margin-block-start: 1.1em; }
    .open-topics > details { background: var(--card); border: 1px solid var(--line); border-radius: var(--round-small); padding-inline: 1em; }
    .open-topics > details > summary { color: var(--ink); min-block-size: 54px; }
    .open-topics > details > summary > span:last-child { flex: none; margin-inline-start: auto; color: var(--muted); font-weight: 400; white-space: nowrap; }
    .open-list { display: grid; margin-block-end: .8em; }
    .open-list li { border-block-end: 1px solid var(--line); }
    .open-topics summary > span { hyphens: auto; min-inline-size: 0; }
    .open-list .text-button { hyphens: auto; inline-size: 100%; margin: 0; padding: .6em .2em; text-decoration: none; color: var(--ink); display: grid; grid-template-columns: 1fr auto; gap: .8em; align-items: center; }
    .open-list .text-button > svg { inline-size: 1.1em; block-size: 1.1em; color: var(--brand); }
    .open-list .personal { color: var(--private); font-size: .88em; display: block; }
    .assumed { margin-block-start: 1.2em; }
    .assumed h3, .assumed h4 { font-size: 1em; }
    .assumed li { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0 1em; padding-block: .15em; }
    .assumed li p { flex: 1 1 18em; }

    .phase { border-block-start: 1px solid var(--line); padding-block: 1.1em; }
    .card > .phase:first-child { border: 0; padding-block-start: 0; }
    .phase:last-child { padding-block-end: 0; }
    .phase-head { display: flex; flex-wrap: wrap; gap: .5em .9em; align-items: center; justify-content: space-between; }
    .phase-head h3, .phase-head h4 { font-size: 1.1em; flex: 1 1 14em; }
    .phase > p { margin-block-start: .45em; max-inline-size: 44em; }
    .when { font-weight: 620; }
    .to-open { margin-block-start: .9em; }
    .requirements { display: grid; gap: .85em; }
    .requirements li { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: .75em; }
    .requirements svg { inline-size: 1.3em; block-size: 1.3em; margin-block-start: .12em; color: var(--muted); }
    .requirements .met svg { color: var(--brand); }
    .requirements .not-met svg { color: var(--crisis); }
    .requirements .state { font-weight: 620; }
    .source-list { display: grid; grid-template-columns: minmax(0, 1fr); gap: .8em; font-size: .95em; }
    .source-list small { color: var(--muted); display: block; font-size: .92em; }
    .take { display: grid; gap: .6em; }
    .take .button { inline-size: 100%; padding-inline: 1em; }
    .fine { color: var(--muted); font-size: .9em; }
    .side h2, .side h3 { font-size: 1.15em; margin-block-end: .3em; }

    .problem { background: var(--warn-soft); border-radius: var(--round); padding: 1.4em 1.4em 1.5em; display: grid; gap: .8em; justify-items: start; border: 1px solid transparent; margin-block: .6em 1.6em; }
    .problem h2, .problem h3 { font-size: 1.25em; color: var(--warn); }
    @media screen and (prefers-reduced-motion: no-preference) {
      .enter { animation: enter .22s ease-out; }
      .way-bar i { transition: transform .3s ease-out; }
      .option, .choice, .button { transition: background-color .12s, border-color .12s; }
    }
    @keyframes enter { from { opacity: 0; transform: translateY(6px); } }

    dialog { border: 1px solid var(--line); border-radius: var(--round); background: var(--card); color: var(--ink); padding: 1.5em; inline-size: min(26em, calc(100vw - 2em)); }
    dialog::backdrop { background: rgb(8 20 24 / .55); }
    dialog h2 { font-size: 1.25em; }
    dialog p { margin-block: .5em 1.2em; color: var(--muted); }
    dialog .moves { margin: 0; padding: 0; }
    dialog .moves .button.main { margin-inline-start: 0; }
    dialog .moves .button { flex: 1 1 auto; }

    /* foot */
    .foot { border-block-start: 1px solid var(--line); }
    .foot .inner { display: flex; flex-wrap: wrap; gap: .4em 2em; justify-content: space-between; align-items: center; padding-block: 1em 1.4em; }
    .foot p { color: var(--muted); font-size: .92em; flex: 1 1 20em; }
    .foot .fixed { color: var(--ink); display: flex; flex-wrap: wrap; gap: 0 1.6em; }
    .foot a { display: inline-block; padding-block: .35em; }

    @container asaflex (max-width: 23.5em) {
      .top .inner { gap: .35em; }
      .inner { padding-inline: max(.85em, env(safe-area-inset-left)) max(.85em, env(safe-area-inset-right)); }
      .brand svg { inline-size: 2em; block-size: 2em; }
      .help { padding-inline: .7em; } .help span { font-size: .88em; } .help svg { display: none; }
      .tongue { padding-inline: .35em; } .tongue span { font-size: .86em; }
      .chip { padding-inline: .6em .8em; gap: .4em; } .chip > span { font-size: .85em; }
      .button { padding-inline: 1.1em; }
      .moves .button.main { min-inline-size: 7em; }
      .call { padding-inline: 1em; gap: .5em; }
    }
    /* Thresholds are in em, so that text of double size counts as a narrow page. This narrow it is only then: one column, little padding, words that may break. */
    @container asaflex (max-width: 15em) {
      .frame { overflow-wrap: anywhere; }
      .inner { padding-inline: .6em; }
      .badge span, .chip > span, .tongue .short, .help span, .option span, .choice span, summary, .button { hyphens: auto; min-inline-size: 0; }
      .start-title, .ask h1, .ask h2.question, .result h1, .result h2.result-title { font-size: 1.35em; hyphens: auto; }
      .section-title, .first h2, .first h3 { font-size: 1.2em; hyphens: auto; }
      .tongues { flex-wrap: wrap; border-radius: 22px; }
      .options, .options.pair, .options.digits, .skips, .start-points li, .answers > div, .inline-form, .cards.two { grid-template-columns: minmax(0, 1fr); }
      .answers dd.act { grid-column: 1; grid-row: auto; }
      .start-points svg { grid-row: auto; }
      .button { padding-inline: .7em; max-inline-size: 100%; }
      .start-go .button { padding-inline: .9em; }
      .moves .button { flex: 1 1 100%; }
      .option, .card, .known, .open, .crisis, .start-call, .problem, .needs { padding-inline: .7em; }
      .open-topics > details { padding-inline: .6em; }
      .first-head { padding-inline: .7em; } .first-more { padding-inline: .7em; }
      .instead { padding: 0; background: none; border: 0; }
      .call, .instead .call { padding-inline: .6em; } .call svg, .instead .call svg { display: none; }
      .call b, .instead .call b { font-size: .85em; }
      .button:has(> .number) { padding-inline: .5em; } .button:has(> .number) svg { display: none; }
      .button > .number { font-size: .9em; }
      .start-call p, .foot p, .assumed li p, .phase-head h3, .phase-head h4 { flex-basis: 100%; }
      .tag { white-space: normal; margin-inline-start: 0; }
      .open-topics summary { flex-wrap: wrap; }
    }
    @container asaflex (max-width: 20.3em) { .help { padding-inline: .5em; } .tongue { padding-inline: .25em; } .brand svg { inline-size: 1.7em; block-size: 1.7em; } }

    @media (forced-colors: active) {
      .tongue[aria-pressed="true"], .option:has(input:checked), button.choice.was { forced-color-adjust: none; background: Highlight; color: HighlightText; border-color: Highlight; }
      .option input::before { background: CanvasText; }
      .option:has(input:checked) input { background: Canvas; border-color: CanvasText; }
      .way-bar { border-color: CanvasText; } .way-bar i { background: Highlight; forced-color-adjust: none; }
      .button, .call { border-color: ButtonText; }
      .moves { background: Canvas; }
      .bullets li::before { background: CanvasText; }
      .badge, .reason, .alert, .chip, .open, .problem { border: 1px solid CanvasText; }
      :focus-visible, .option:has(input:focus-visible) { outline-color: Highlight; }
    }

    @media print {
      :host { --paper: #fff; --card: #fff; --sunk: #fff; --ink: #000; --muted: #333; --line: #bbb; --edge: #666; --brand: #083f45; --on-brand: #083f45; --brand-soft: #fff; --brand-deep: #083f45; --warn-soft: #fff; --warn: #000; --crisis-soft: #fff; --crisis: #7a1219; --shadow: none;
        font-size: 10pt; background: #fff; color-scheme: light; min-height: 0 !important; container-type: normal; }
      .tongues, .help, .crisis-drawer, .moves, .take, .text-button, .open, .inline-form, .show-all, .answers .act, .foot button, .problem .button, .assumed button { display: none !important; }
      .top .inner, .inner { padding-inline: 0; max-inline-size: none; }
      .result { display: block; padding-block: 0; }
      .result > .main, .result > .side { display: block; position: static; max-block-size: none; overflow: visible; padding: 0; margin: 0; }
      .answers { grid-template-columns: 1fr 1fr; gap: 0 2em; } .answers > div { break-inside: avoid; padding-block: .25em; }
      .result .opening .chip { padding-inline: 0; }
      .result section, .result .first { margin-block-end: 1.5em; break-inside: auto; }
      .card, .first-head, .phase, .alert, .requirements li, .source-list li { break-inside: avoid; }
      h2, h3, h4, summary { break-after: avoid; }
      .first, .card, .alert { border: 1px solid #999; box-shadow: none; }
      .first-head { background: none; color: #000; }
      .first-head .call, .button.small { background: none; color: #000; border-color: #999; }
      .say .translation { color: #333; } .instead { border-color: #999; }
      details > summary::before, details:not([open]), .no-print { display: none !important; }
      .bullets li::before { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      details > summary { min-block-size: 0; color: #000; }
      .cards.two { grid-template-columns: 1fr 1fr; }
      [hidden].print { display: list-item !important; }
      a { color: #000; }
    }
  `;

  const PAGE_STYLE = 'body { margin: 0; background: #f6f4ee; } @media (prefers-color-scheme: dark) { body { background: #10191c; } } @media print { body { background: #fff; } } html { scroll-padding-block: 1rem 7rem; }';

  function adopt(root, css) {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    } catch {
      const style = document.createElement('style');
      style.textContent = css;
      (root.head ?? root).append(style);
    }
  }

  // ---------------------------------------------------------------------------------------------------------------- drawing

  /** Keeps together what belongs together at the end of a line: AsA flex, § 74, Abs. 1, z. B., 31. August, 0800 1110111. */
  const typeset = (text) => text
    .replace(/\b(?:0\d{2,5}|116)(?: \d+)+\b/g, (number) => number.replaceAll(' ', '\u00a0'))
    .replace(/\b(\d{1,2}\.?) (?=(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|January|February|March|May|June|July|October|December)\b)/g, '$1\u00a0')
    .replace(/(AsA|§§?|Art\.|Abs\.|Satz|Nr\.|SGB|z\.|d\.) (?=flex|\d|[IVX]|B\.|h\.)/g, '$1\u00a0');

  /** An address may go on in the next line after a stroke, and not inside a word. */
  const breakable = (text) => (text.match(/[^/]*\/+|[^/]+$/g) ?? []).flatMap((part, place) => (place ? [h('wbr'), part] : [part]));

  /** Shows where the long German names of contacts may be divided; not every browser knows, and on an English page none does. */
  const divisible = (title) => title.replace(/(Auszubildenden|Ausbildungs|Berufs|Bildungs|Schuldner|Schlichtungs|Jugendmigrations|Jugendberufs|Kompetenz|Fachkräfte)(?=[a-zäöüß]{6})/g, '$1\u00ad');

  /** Creates an element. `on…` are listeners, `prop:…` are properties, false and null are left out. */
  function h(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes ?? {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
      else if (name.startsWith('prop:')) element[name.slice(5)] = value;
      else element.setAttribute(name, value === true ? '' : String(value));
    }
    element.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false).map((child) => (typeof child === 'string' ? typeset(child) : child)));
    return element;
  }

  const SVG = 'http://www.w3.org/2000/svg';
  function svg(viewBox, shapes, attributes = {}) {
    const element = document.createElementNS(SVG, 'svg');
    const set = (node, values) => Object.entries(values).forEach(([name, value]) => node.setAttribute(name, value));
    set(element, { viewBox, 'aria-hidden': 'true', focusable: 'false', fill: 'none', stroke: 'currentColor', 'stroke-width': 2, 'stroke-linecap': 'round', 'stroke-linejoin': 'round', ...attributes });
    for (const [tag, values] of shapes) {
      const node = document.createElementNS(SVG, tag);
      set(node, values);
      element.append(node);
    }
    return element;
  }

  const path = (d, more = {}) => ['path', { d, ...more }];
  const ICONS = {
    phone: [path('M6.5 3.5h3l1.6 4.3-2 1.5a12 12 0 0 0 5.6 5.6l1.5-2 4.3 1.6v3a2 2 0 0 1-2.2 2A16.5 16.5 0 0 1 4.5 5.7a2 2 0 0 1 2-2.2Z')],
    web: [['circle', { cx: 12, cy: 12, r: 8.5 }], path('M3.8 12h16.4M12 3.5c3 3 3 14 0 17M12 3.5c-3 3-3 14 0 17')],
    email: [['rect', { x: 3.5, y: 5.5, width: 17, height: 13, rx: 2.5 }], path('m4.5 7.5 7.5 6 7.5-6')],
    chat: [path('M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-5 4v-4.2A2.4 2.4 0 0 1 4 13.5Z')],
    visit: [path('M4.5 20V8L12 4l7.5 4v12M9.5 20v-5h5v5M8.5 10.5h.01M12 10.5h.01M15.5 10.5h.01')],
    lock: [['rect', { x: 5, y: 10.5, width: 14, height: 9.5, rx: 2.5 }], path('M8 10.5V8a4 4 0 0 1 8 0v2.5')],
    check: [path('m5 12.5 4.5 4.5L19 7.5')],
    met: [['circle', { cx: 12, cy: 12, r: 9 }], path('m8 12.3 2.8 2.8L16 9.5')],
    cross: [['circle', { cx: 12, cy: 12, r: 9 }], path('m9 9 6 6m0-6-6 6')],
    question: [['circle', { cx: 12, cy: 12, r: 9 }], path('M9.6 9.6a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1.1.9-1.1 1.6M12 16.6h.01')],
    person: [['circle', { cx: 12, cy: 8, r: 3.5 }], path('M5 20c.6-4 3.4-6 7-6s6.4 2 7 6')],
    clock: [['circle', { cx: 12, cy: 12, r: 9 }], path('M12 7.5V12l3 2')],
    hand: [path('M12 20.5C7 17 4 13.8 4 10.3A4.3 4.3 0 0 1 12 8a4.3 4.3 0 0 1 8 2.3c0 3.5-3 6.7-8 10.2Z')],
    alert: [path('M12 4 2.8 19.5h18.4ZM12 10v4.5M12 17h.01')],
    arrow: [path('M5 12h13m-5-5 5 5-5 5')],
    back: [path('M19 12H6m5-5-5 5 5 5')],
    forward: [path('m9.5 6 6 6-6 6')],
    print: [path('M7 9V4h10v5M7 17H4.5v-6.5A1.5 1.5 0 0 1 6 9h12a1.5 1.5 0 0 1 1.5 1.5V17H17M7 14h10v6H7Z')],
    calendar: [['rect', { x: 4, y: 5.5, width: 16, height: 14.5, rx: 2.5 }], path('M4 10h16M8.5 3.5v4m7-4v4')],
    restart: [path('M4.5 12a7.5 7.5 0 1 0 2.4-5.5M6.5 3v4h4')],
    none: [['circle', { cx: 12, cy: 12, r: 9 }], path('M8 12h8')],
  };
  const icon = (name) => svg('0 0 24 24', ICONS[name] ?? ICONS.question);

  const mark = () => svg('0 0 40 40', [
    ['rect', { width: 40, height: 40, rx: 11, fill: 'var(--brand)', stroke: 'none' }],
    path('M9 30c9 0 8-17 21-19', { stroke: 'var(--on-brand)', 'stroke-width': 4 }),
    path('M17 32c7-1 7-12 15-13', { stroke: 'var(--amber)', 'stroke-width': 4 }),
  ]);

  // Two lines that go the same way: a young person, and somebody beside them.
  const art = () => svg('0 0 520 440', [
    ['circle', { cx: 392, cy: 120, r: 92, fill: 'var(--brand-soft)', stroke: 'none' }],
    path('M24 404C150 404 150 316 232 300S330 236 336 190 396 96 486 84', { stroke: 'var(--brand)', 'stroke-width': 15 }),
    path('M86 424C204 420 196 338 268 322S366 256 374 214 426 130 496 120', { stroke: 'var(--amber)', 'stroke-width': 15 }),
    ['circle', { cx: 232, cy: 300, r: 15, fill: 'var(--paper)', stroke: 'var(--brand)', 'stroke-width': 8 }],
    ['circle', { cx: 337, cy: 186, r: 15, fill: 'var(--paper)', stroke: 'var(--brand)', 'stroke-width': 8 }],
    ['circle', { cx: 486, cy: 84, r: 20, fill: 'var(--brand)', stroke: 'var(--paper)', 'stroke-width': 8 }],
  ]);

  const phoneOf = (route) => route.channels.find((channel) => channel.kind === 'phone');
  const telephone = (value) => `tel:${String(value).replace(/[^+\d]/g, '')}`;

  // ---------------------------------------------------------------------------------------------------------------- questionnaire

  const UNKNOWN = 'unknown';
  const PRIVATE = 'private';
  const ESSENTIAL = { kind: 'essential' };
  const ALL = { kind: 'all' };
  const CRISIS_ROUTE = 'notruf';
  const DANGER_FACT = 'acuteDanger';
  // A dead connection says nothing; after this long the page does.
  const PATIENCE_MS = 20_000;
  // Notices without urgency that one must know before doing anything.
  const BEFORE_ANYTHING = ['apply-before-start'];

  class Problem extends Error {
    constructor(status, body, retryAfter) {
      super(body?.code ?? `status ${status}`);
      this.status = status;
      this.requestId = body?.requestId ?? null;
      this.errors = Array.isArray(body?.errors) ? body.errors : [];
      this.retryAfter = retryAfter;
    }
  }

  class AsaflexCheck extends HTMLElement {
    static observedAttributes = ['lang'];

    #root = this.attachShadow({ mode: 'open' });
    #locale = 'de';
    #catalogs = new Map(); // locale → { facts: Map, labels }
    #answers = new Map(); // fact → value; the order is the order of asking
    #skipped = new Map(); // fact → why it stays unknown
    #answer = null; // the last answer of the service, in #answerLocale
    #answerLocale = null;
    #answerKey = null; // the facts it answers
    #events = [];
    #trail = [{ view: 'start' }]; // what the visitor has seen, for "back"
    #place = 0;
    #ticks = null; // difficulties ticked on the result but not sent: fact → whether
    #draft = null; // what is typed or ticked but not sent: { fact, value }
    #typesDates = false; // whoever types one date types the next, and finds it typed when coming back
    #problem = null;
    #fieldError = null;
    #retry = null;
    #request = 0;
    #busy = false;
    #parts = {};
    #drawn = false;
    #onPop = (event) => this.#go(event.state?.asaflex ?? 0);
    #onPrint = () => {
      this.#unfolded = [...this.#root.querySelectorAll('details[data-paper]:not([open])')];
      this.#unfolded.forEach((details) => { details.open = true; });
    };
    #onPrinted = () => this.#unfolded.splice(0).forEach((details) => { details.open = false; });
    #unfolded = [];

    connectedCallback() {
      this.#locale = localeOf(this.getAttribute('lang') ?? document.documentElement.lang);
      if (!this.#drawn) {
        adopt(this.#root, STYLE);
        if (this.#isPage) adopt(document, PAGE_STYLE);
        this.#drawn = true;
      }
      if (this.#isPage) {
        history.replaceState({ asaflex: this.#place }, '');
        addEventListener('popstate', this.#onPop);
      }
      addEventListener('beforeprint', this.#onPrint);
      addEventListener('afterprint', this.#onPrinted);
      this.#drawFrame();
      this.#draw();
    }

    disconnectedCallback() {
      removeEventListener('popstate', this.#onPop);
      removeEventListener('beforeprint', this.#onPrint);
      removeEventListener('afterprint', this.#onPrinted);
    }

    attributeChangedCallback(name, before, after) {
      const locale = localeOf(after);
      if (name === 'lang' && this.#drawn && locale !== this.#locale) this.#speak(locale);
    }

    get #isPage() { return this.hasAttribute('page'); }
    get #t() {
      const texts = TEXTS[this.#locale];
      return texts.forThemselves && this.#answers.get('requester') === 'trainee' ? { ...texts, ...texts.forThemselves } : texts;
    }
    get #here() { return this.#trail[this.#place]; }
    get #catalog() { return this.#catalogs.get(this.#locale); }
    get #labels() { return this.#catalog?.labels ?? {}; }

    // -------------------------------------------------------------------------------------------------------------- service

    #url(path) {
      const api = this.getAttribute('api');
      const base = api ? new URL(api.endsWith('/') ? api : `${api}/`, document.baseURI) : new URL('.', SCRIPT);
      return new URL(path, base).href;
    }

    async #ask(path, body) {
      const headers = { Accept: 'application/json', 'Accept-Language': this.#locale };
      if (body) headers['Content-Type'] = 'application/json';
      const patience = new AbortController();
      const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
      let response;
      let json;
      try {
        response = await fetch(this.#url(path), {
          method: body ? 'POST' : 'GET', headers, body: body ? JSON.stringify(body) : undefined, signal: patience.signal,
          credentials: 'omit', referrerPolicy: 'no-referrer', cache: body ? 'no-store' : 'default',
        });
        json = await response.json().catch(() => null);
      } catch {
        throw new Problem(0);
      } finally {
        clearTimeout(timer);
      }
      if (!response.ok || !json) throw new Problem(response.status, json, Number(response.headers.get('Retry-After')) || 30);
      return json;
    }

    /** Brings questionnaire and answer up to date in the current language; false if the visitor has gone elsewhere meanwhile. */
    async #refresh() {
      const locale = this.#locale;
      const request = ++this.#request;
      const loaded = this.#catalogs.has(locale) ? null : this.#ask('v1/facts');
      const facts = Object.fromEntries(this.#answers);
      const key = JSON.stringify(facts);
      const [catalog, answer] = await Promise.all([loaded, this.#ask('v1/screenings', { facts })]).catch((error) => {
        if (request === this.#request) throw error;
        return [];
      });
      if (request !== this.#request) return false;
      if (catalog) this.#catalogs.set(locale, { facts: new Map(catalog.facts.map((fact) => [fact.id, fact])), labels: catalog.labels ?? {} });
      this.#answer = answer;
      this.#answerLocale = locale;
      this.#answerKey = key;
      return true;
    }

    get #isFresh() {
      return this.#answer !== null && this.#answerLocale === this.#locale && this.#catalogs.has(this.#locale)
        && this.#answerKey === JSON.stringify(Object.fromEntries(this.#answers));
    }

    async #loadEvents() {
      const locale = this.#locale;
      try {
        const { events } = await this.#ask(`v1/events?from=${encodeURIComponent(this.#answer.asOf)}`);
        if (locale !== this.#locale) return;
        this.#events = (events ?? []).filter((event) => !event.past);
        const place = this.#root.querySelector('[data-events]');
        if (place) place.replaceWith(this.#drawEvents());
      } catch {
        this.#events = []; // events are an extra; the result stands without them
      }
    }

    /** Runs one step that needs the service. A failure keeps everything and offers to try again. */
    async #run(step) {
      if (this.#busy) return;
      this.#busy = true;
      this.#problem = null;
      const slow = setTimeout(() => {
        this.#say(this.#t.busy);
        this.#parts.frame.setAttribute('data-busy', ''); // not aria-busy, which would silence the announcement
      }, 400);
      try {
        await step();
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        this.#fail(error, step);
      } finally {
        clearTimeout(slow);
        this.#parts.frame.removeAttribute('data-busy');
        this.#busy = false;
      }
    }

    #fail(problem, step) {
      const refused = problem.status === 422 && problem.errors.map((error) => /^\/facts\/([A-Za-z]+)/.exec(error.pointer)?.[1]).find((fact) => this.#answers.has(fact));
      if (refused) {
        this.#draft = { fact: refused, value: this.#answers.get(refused) };
        this.#answers.delete(refused);
        this.#fieldError = this.#t.errorRefused;
        if (this.#here.fact !== refused) this.#push({ view: 'question', fact: refused, scope: this.#here.scope ?? ESSENTIAL });
        this.#draw({ focus: 'error' });
        return;
      }
      this.#problem = problem;
      this.#retry = step;
      this.#draw({ focus: 'problem' });
    }

    // -------------------------------------------------------------------------------------------------------------- order of questions

    #openQuestions() {
      return (this.#answer?.openQuestions ?? []).filter((question) => !this.#skipped.has(question.fact));
    }

    /** Facts that the service took for something, that one may be asked about without touching anything personal. */
    #assumedQuestions(open) {
      const assumed = new Set((this.#answer?.assumptions ?? []).map((assumption) => assumption.fact));
      return open.filter((question) => assumed.has(question.fact) && !question.sensitive);
    }

    /** What is left before the main points are clear. Once a phase is open, other phases can wait for the result. */
    #essentialQuestions() {
      const open = this.#openQuestions();
      const assumed = this.#assumedQuestions(open);
      const found = ['conditions-met', 'agency-assessment'].includes(this.#answer?.outcome);
      const leads = (question) => (question.affects ?? []).some((subject) => subject === 'first-contact' || subject === 'decided-by');
      return open.filter((question) => (question.kind === 'decides' && (!found || leads(question))) || assumed.includes(question));
    }

    #nextFact(scope) {
      const open = this.#openQuestions();
      if (scope.kind === 'group') return open.find((question) => topicOf(question.fact) === scope.topic)?.fact ?? null;
      if (scope.kind === 'one') return null;
      const next = this.#answer?.nextQuestion?.fact;
      const proposed = next && !this.#skipped.has(next) ? next : open[0]?.fact ?? null;
      if (scope.kind === 'all') return proposed;
      const essential = this.#essentialQuestions();
      if (essential.some((question) => question.fact === proposed)) return proposed;
      // The service may put something before what decides: whether somebody is in danger.
      const ahead = essential.some((question) => question.kind === 'decides') && open.some((question) => question.fact === proposed && question.kind !== 'decides');
      return ahead ? proposed : essential[0]?.fact ?? null;
    }

    /** An upper bound on the questions that can still come: the service's own, without those that were skipped. */
    #atMost() {
      const next = this.#answer?.nextQuestion;
      if (!next) return 0;
      const skippedOpen = this.#answer.openQuestions.filter((question) => this.#skipped.has(question.fact)).length;
      return Math.max(0, (next.atMost ?? this.#answer.openQuestions.length) - skippedOpen);
    }

    #question(fact) {
      const next = this.#answer?.nextQuestion;
      const known = this.#catalog?.facts.get(fact);
      return next?.fact === fact && this.#answerLocale === this.#locale ? { ...known, ...next } : known ?? { question: fact, type: 'one', options: [] };
    }

    #label(fact) {
      return this.#catalog?.facts.get(fact)?.label ?? this.#catalog?.facts.get(fact)?.question ?? '';
    }

    // -------------------------------------------------------------------------------------------------------------- moving about

    #push(entry) {
      this.#trail.length = this.#place + 1;
      this.#trail.push(entry);
      this.#place += 1;
      if (this.#isPage) history.pushState({ asaflex: this.#place }, '');
    }

    #navigate(entry) {
      this.#push(entry);
      this.#fieldError = null;
      this.#problem = null;
      this.#draw({ focus: 'heading' });
    }

    #go(place) {
      this.#request += 1; // what is still under way must not lead on from here
      this.#place = Math.min(Math.max(place, 0), this.#trail.length - 1);
      this.#fieldError = null;
      this.#problem = null;
      this.#draft = null;
      this.#draw({ focus: 'heading' });
    }

    #back() {
      if (this.#isPage) history.back();
      else this.#go(this.#place - 1);
    }

    #begin() {
      this.#run(async () => {
        if (this.#isFresh || (await this.#refresh())) this.#follow(ESSENTIAL);
      });
    }

    /** On to the next question of this run of questions, or to the result. */
    #follow(scope) {
      const fact = this.#nextFact(scope);
      if (fact) this.#navigate({ view: 'question', fact, scope });
      else this.#showResult();
    }

    #showResult() {
      this.#navigate({ view: 'result' });
      this.#loadEvents();
    }

    #change(fact, scope = { kind: 'one', from: this.#here.view === 'result' ? 'result' : this.#here.scope }) {
      this.#draft = null;
      this.#navigate({ view: 'question', fact, scope });
    }

    /** Takes an answer, or the wish to give none, and goes on. */
    #commit(fact, value, skip = null) {
      this.#run(async () => {
        const { scope } = this.#here;
        const same = skip ? this.#skipped.get(fact) === skip : this.#answers.has(fact) && sameValue(this.#answers.get(fact), value);
        if (skip) {
          this.#answers.delete(fact);
          this.#skipped.set(fact, skip);
        } else {
          this.#skipped.delete(fact);
          this.#answers.set(fact, value);
        }
        this.#fieldError = null;
        const ahead = this.#trail[this.#place + 1];
        if (same && ahead && (this.#isFresh || ahead.view === 'question')) {
          this.#draft = null;
          if (this.#isPage) history.forward();
          else this.#go(this.#place + 1);
          return;
        }
        if (!this.#isFresh && !(await this.#refresh())) return;
        this.#draft = null;
        const danger = fact === DANGER_FACT && this.#answer.contactRoutes?.[0]?.id === CRISIS_ROUTE;
        if (danger) this.#showResult();
        else if (scope.kind === 'one') scope.from === 'result' ? this.#showResult() : this.#follow(scope.from ?? ESSENTIAL);
        else this.#follow(scope);
      });
    }

    /** Answers a question in passing, on the result itself. */
    #commitHere(fact, value) {
      this.#run(async () => {
        this.#skipped.delete(fact);
        this.#answers.set(fact, value);
        if (!(await this.#refresh())) return;
        this.#draft = null;
        this.#draw({ focus: 'offices' });
      });
    }

    #speak(locale) {
      this.#locale = locale;
      if (this.getAttribute('lang') !== locale) this.setAttribute('lang', locale);
      const focused = this.#root.activeElement?.closest('.tongue') ? 'tongue' : null;
      const redraw = () => { this.#drawFrame(); this.#draw({ focus: focused }); };
      if (!this.#answer || this.#isFresh) {
        redraw();
        return;
      }
      this.#busy = false;
      this.#run(async () => {
        if (!(await this.#refresh())) return;
        redraw();
        if (this.#here.view === 'result') this.#loadEvents();
      });
    }

    /** Start over: forgets every answer. */
    #forget() {
      this.#request += 1;
      this.#answers.clear();
      this.#skipped.clear();
      this.#answer = this.#answerLocale = this.#answerKey = this.#ticks = this.#draft = this.#problem = this.#fieldError = this.#retry = null;
      this.#events = [];
      this.#busy = this.#typesDates = false;
      this.#trail = [{ view: 'start' }];
      this.#place = 0;
      if (this.#isPage) history.pushState({ asaflex: 0 }, '');
      this.#draw({ focus: 'heading' });
      this.#say(this.#t.forgotten);
    }

    /** Tells a screen reader; gone again before somebody who reads on can take it for a part of the page. */
    #say(text) {
      const { live } = this.#parts;
      live.textContent = '';
      clearTimeout(this.#silence);
      setTimeout(() => { live.textContent = text; }, 60);
      this.#silence = setTimeout(() => { live.textContent = ''; }, 5_000);
    }
    #silence = 0;

    // -------------------------------------------------------------------------------------------------------------- frame

    /** A heading of this level on a page of its own, one level lower inside a portal. */
    #heading(level, attributes, ...children) {
      return h(`h${level + (this.#isPage ? 0 : 1)}`, attributes, ...children);
    }

    /** Text for screen readers alone. */
    #unseen(text) {
      return h('span', { class: 'visually-hidden' }, text);
    }

    #drawFrame() {
      const t = this.#t;
      const crisisOpen = this.#parts.help?.getAttribute('aria-expanded') === 'true';
      const drawer = h('div', { class: 'inner crisis-drawer', id: 'crisis', hidden: !crisisOpen }, this.#drawCrisis());
      const help = h('button', {
        class: 'help', type: 'button', 'aria-expanded': String(crisisOpen), 'aria-controls': 'crisis',
        onclick: () => {
          drawer.hidden = !drawer.hidden;
          help.setAttribute('aria-expanded', String(!drawer.hidden));
        },
      }, icon('hand'), h('span', {}, t.crisisButton));
      const tongues = h('div', { class: 'tongues', role: 'group', 'aria-label': t.language }, LOCALES.map((locale) => h('button', {
        class: 'tongue', type: 'button', lang: locale, 'aria-pressed': String(locale === this.#locale),
        'aria-label': t.languages[locale].startsWith(SHORT[locale]) ? t.languages[locale] : `${t.languages[locale]} (${SHORT[locale]})`,
        onclick: () => locale === this.#locale || this.#speak(locale),
      }, h('span', { class: 'long' }, t.languages[locale]), h('span', { class: 'short' }, SHORT[locale]))));
      const live = this.#parts.live ?? h('div', { class: 'visually-hidden', 'aria-live': 'polite', role: 'status' });
      const main = h(this.#isPage ? 'main' : 'div', { class: 'inner', id: 'view' });
      const foot = h(this.#isPage ? 'footer' : 'div', { class: 'foot' }, h('div', { class: 'inner' },
        h('p', { class: 'fixed' },
          h('span', {}, `${t.crisisDanger}: `, h('a', { href: telephone(CRISIS_LINES[0].value), class: 'number' }, CRISIS_LINES[0].label)), ' ',
          h('span', {}, `${t.crisisTalk} `, h('a', { href: telephone(CRISIS_LINES[1].value), class: 'number' }, CRISIS_LINES[1].label))),
        h('p', { class: 'no-print' }, t.privacy)));
      const frame = h('div', { class: 'frame', lang: this.#locale },
        h(this.#isPage ? 'header' : 'div', { class: 'top' },
          h('div', { class: 'inner' }, h('div', { class: 'brand' }, mark(), h('span', {}, t.name)), help, tongues), drawer),
        main, foot, live);
      this.#parts = { frame, main, help, live };
      this.#root.replaceChildren(frame);
      if (this.#isPage) document.documentElement.lang = this.#locale;
    }

    #drawCrisis(level = 2) {
      const t = this.#t;
      const [danger, ...talk] = CRISIS_LINES;
      const button = (line, kind) => h('a', { class: `button small ${kind}`, href: telephone(line.value) }, icon('phone'), this.#unseen(`${t.callPrefix} `), h('span', { class: 'number' }, line.label));
      return h('div', { class: 'crisis' },
        this.#heading(level, {}, t.crisisTitle),
        h('div', { class: 'crisis-grid' },
          h('div', {},
            h('p', { class: 'crisis-name' }, t.crisisDanger), h('p', { class: 'crisis-note' }, t.crisisDangerNote),
            h('div', { class: 'crisis-calls' }, button(danger, 'crisis-call'))),
          h('div', {},
            h('p', { class: 'crisis-name' }, t.crisisTalk), h('p', { class: 'crisis-note' }, t.crisisTalkNote),
            h('div', { class: 'crisis-calls' }, talk.map((line) => button(line, 'quiet'))))));
    }

    #draw({ focus = null } = {}) {
      const { view } = this.#here;
      const known = this.#answer && this.#catalog;
      const content = [];
      if (this.#problem) content.push(this.#drawProblem());
      if (view === 'start') content.push(this.#drawStart());
      else if (view === 'question' && known) content.push(this.#drawQuestion(this.#here));
      else if (view === 'result' && known) content.push(this.#drawResult());
      this.#parts.main.replaceChildren(...content);
      if (this.#isPage) document.title = view === 'result' ? `${this.#t.resultTitle} – ${this.#t.name}` : view === 'start' ? `${this.#t.name}: ${this.#t.startTitle}` : this.#t.name;
      this.#focus(focus);
    }

    #focus(target) {
      if (!target) return;
      const find = (selector) => this.#root.querySelector(selector);
      const element = {
        heading: () => find('[data-heading]'),
        problem: () => find('[data-problem]'),
        error: () => find('[data-first-field]') ?? find('[data-heading]'),
        offices: () => find('[data-offices]'),
        modules: () => find('[data-modules]'),
        tongue: () => find('.tongue[aria-pressed="true"]'),
      }[target]?.();
      if (!element) return;
      element.focus({ preventScroll: target === 'heading' });
      if (target !== 'heading') return;
      if (this.#isPage) scrollTo(0, 0);
      else if (this.getBoundingClientRect().top < 0) this.scrollIntoView({ block: 'start' });
    }

    #drawProblem() {
      const t = this.#t;
      const problem = this.#problem;
      const text = problem.status === 0 ? t.problemOffline
        : problem.status === 429 ? t.problemBusy(problem.retryAfter)
          : problem.status === 401 || problem.status === 403 ? t.problemKey
          : problem.status >= 500 ? t.problemDown : t.problemOther;
      const kept = this.#answers.size + this.#skipped.size > 0 && ` ${t.problemKept}`;
      return h('div', { class: 'ask' }, h('div', { class: 'problem', role: 'alert' },
        this.#heading(2, { tabindex: -1, 'data-problem': true }, t.problemTitle),
        h('p', {}, text, kept),
        h('p', {}, `${t.problemCall} `, h('a', { href: telephone(COUNSELLING.value), class: 'number' }, COUNSELLING.label)),
        problem.requestId && h('p', { class: 'fine' }, t.problemId(problem.requestId)),
        h('button', { class: 'button', type: 'button', onclick: () => this.#run(this.#retry) }, t.retry)));
    }

    // -------------------------------------------------------------------------------------------------------------- start

    #drawStart() {
      const t = this.#t;
      const icons = ['clock', 'check', 'lock'];
      return h('div', { class: 'start enter' },
        h('div', { class: 'start-text' },
          h('p', { class: 'eyebrow' }, t.startEyebrow),
          this.#heading(1, { class: 'start-title', tabindex: -1, 'data-heading': true }, t.startTitle),
          h('p', { class: 'lead' }, t.startLead),
          h('p', { class: 'start-for' }, t.startFor),
          h('div', { class: 'start-go' }, h('button', { class: 'button', type: 'button', 'data-start': true, onclick: () => this.#begin() }, this.#answers.size ? t.resume : t.start, icon('arrow'))),
          h('p', { class: 'start-note' }, t.startNote)),
        h('div', { class: 'start-art' }, art()),
        h('div', { class: 'start-more' },
          h('ul', { class: 'start-points' }, t.startPoints.map(([title, text], place) => h('li', {}, icon(icons[place]), h('strong', {}, title), h('p', {}, text)))),
          h('div', { class: 'start-call' },
            h('p', {}, t.startCall),
            h('a', { class: 'button quiet', href: telephone(COUNSELLING.value) }, icon('phone'), this.#unseen(`${t.callPrefix} `), h('span', { class: 'number' }, COUNSELLING.label)))));
    }

    // -------------------------------------------------------------------------------------------------------------- question

    #drawQuestion({ fact, scope }) {
      const t = this.#t;
      const labels = this.#labels;
      const question = this.#question(fact);
      const single = scope.kind === 'one';
      const current = this.#draft?.fact === fact ? this.#draft.value : this.#answers.get(fact);
      const meant = fact === 'requester' ? null : t.meant(this.#answers.get('requester'), `${question.question} ${question.help ?? ''}`);
      const hintText = [meant, question.help, question.type === 'many' && !question.help ? t.chooseMany : null].filter(Boolean).join(' ');
      const title = this.#heading(1, { class: 'question', id: 'question', tabindex: -1, 'data-heading': true }, question.question);
      const input = this.#drawInput(question, current);
      const error = h('div', { id: 'error' });
      const showError = (text) => {
        error.replaceChildren(h('p', { class: 'error', role: 'alert' }, icon('alert'), h('span', {}, text)));
        const field = form.querySelector('[data-first-field]');
        if (field?.matches('input:not([type="radio"]):not([type="checkbox"])')) field.setAttribute('aria-invalid', 'true');
        field?.focus();
      };
      const submit = (event) => {
        event.preventDefault();
        const { value, problem } = input.read();
        if (problem) showError(problem);
        else this.#commit(fact, value);
      };
      const skip = (why, text) => h('button', { class: `button${this.#skipped.get(fact) === why ? ' was' : ''}`, type: 'button', 'data-skip': why, onclick: () => this.#commit(fact, null, why) }, h('span', {}, text));
      const form = h('form', { autocomplete: 'off', novalidate: true, onsubmit: submit },
        h('fieldset', { 'aria-describedby': [hintText && 'hint', question.sensitive && 'reason'].filter(Boolean).join(' ') || null },
          h('legend', { class: 'legend' }, title),
          hintText && h('p', { class: 'hint', id: 'hint' }, hintText),
          question.sensitive && h('p', { class: 'reason', id: 'reason' }, question.why && h('b', {}, `${t.why}: `), question.why && `${question.why} `, t.sensitiveNote),
          input.element),
        error,
        h('div', { class: 'skips', role: 'group', 'aria-label': t.skipGroup }, skip(UNKNOWN, labels.unknown ?? t.unknown), skip(PRIVATE, labels.preferNotToSay ?? t.private)),
        fact === DANGER_FACT && this.#drawCrisis(),
        !question.sensitive && question.why && h('p', { class: 'why' }, icon('question'), h('span', {}, h('b', {}, `${t.why}: `), question.why)),
        h('div', { class: 'moves' },
          h('button', { class: 'button quiet', type: 'button', 'data-back': true, onclick: () => this.#back() }, icon('back'), t.back),
          !input.immediate && h('button', { class: 'button main', type: 'submit', 'data-next': true }, t.next, icon('arrow'))));
      if (this.#fieldError) queueMicrotask(() => showError(this.#fieldError));

      return h('div', { class: 'ask enter' },
        this.#drawWay(fact, scope),
        question.sensitive && h('p', { class: 'badge' }, icon('lock'), h('span', {}, t.sensitive)),
        form,
        this.#drawKnown(single && scope.from === 'result' ? t.toResult : t.showResult),
        this.#answers.size + this.#skipped.size > 0 && h('details', { class: 'so-far' },
          h('summary', {}, t.answersCount(this.#answers.size + this.#skipped.size)),
          h('div', { class: 'inside' }, this.#drawAnswers())));
    }

    /** Whether whoever asks belongs to the office that this route leads to. */
    #isOwnOffice(route) {
      return OWN_OFFICE[this.#answers.get('requester')] === route.id;
    }

    /** What is known already: whom to call as things stand, and the way to the result. Nobody has to answer everything to get a number. */
    #drawKnown(toResult) {
      const t = this.#t;
      const route = this.#answer.contactRoutes?.[0];
      const show = (kind) => h('button', { class: kind, type: 'button', 'data-result': true, onclick: () => this.#showResult() }, h('span', {}, toResult));
      if (!route || this.#answers.size < 2) return h('p', { class: 'early' }, show('text-button'));
      const own = this.#isOwnOffice(route);
      const next = own && this.#answer.contactRoutes.find(phoneOf);
      const phone = phoneOf(next || route);
      const sure = !this.#essentialQuestions().some((question) => question.affects?.includes('first-contact'));
      const title = own ? (sure ? t.ownSure : t.ownNow) : phone ? (sure ? t.knownSure : t.knownNow) : (sure ? t.knownSureVisit : t.knownNowVisit);
      return h('div', { class: 'known', role: 'group', 'aria-labelledby': 'known-title' },
        h('p', { class: 'known-title', id: 'known-title' }, title),
        h('p', { class: 'known-name' }, own ? t.ownOffice(route.title) : route.title),
        next && h('p', { class: 'known-next' }, `${t.ownNext}: ${next.title}`),
        h('div', { class: 'known-acts' },
          phone && h('a', { class: 'button small', href: telephone(phone.value) }, icon('phone'), this.#unseen(`${t.callPrefix} `), h('span', { class: 'number' }, phone.label)),
          show('button small quiet')));
    }

    #drawWay(fact, scope) {
      const t = this.#t;
      if (scope.kind === 'one') return h('div', { class: 'way' }, h('p', { class: 'way-text' }, h('b', {}, this.#answers.has(fact) ? t.changing : t.inTopic(t.topics[topicOf(fact)]))));
      const asked = new Set([...this.#answers.keys(), ...this.#skipped.keys()]);
      asked.delete(fact);
      const number = asked.size + 1;
      const open = this.#openQuestions().some((question) => question.fact === fact);
      const left = Math.max(0, this.#atMost() - (open ? 1 : 0));
      const essential = this.#essentialQuestions().filter((question) => question.fact !== fact).length;
      const refining = scope.kind !== 'essential';
      // The deciding questions are a bound, too; while it is a loose one, experience says more.
      const close = essential < 9;
      const share = refining ? number / (number + left) : number / (number + (close ? essential + 1 : Math.max(11 - number, 4)));
      const bar = h('i');
      bar.style.transform = `scaleX(${Math.min(1, share).toFixed(3)})`;
      const near = scope.kind === 'group' ? t.topics[scope.topic] : refining ? '' : close ? t.about(essential + 1) : number < 8 ? t.usual : '';
      const more = scope.kind === 'all' ? `${t.refining} ${t.atMost(left)}` : refining ? t.atMost(left) : t.withExtras(left);
      if (this.#announced !== `${fact} ${this.#locale}`) {
        this.#announced = `${fact} ${this.#locale}`;
        this.#say([t.questionNumber(number), near, more].filter(Boolean).join('. '));
      }
      return h('div', { class: 'way', 'data-left': left },
        h('p', { class: 'way-text' }, h('b', {}, fact === DANGER_FACT && number === 1 ? t.before : t.questionNumber(number)), near && h('span', {}, near)),
        h('div', { class: 'way-bar', 'aria-hidden': 'true' }, bar),
        h('p', { class: 'way-more' }, more));
    }
    #announced = '';

    /** The control for one question: its element, how to read it, and whether choosing is already answering. */
    #drawInput(question, current) {
      const { fact } = this.#here;
      const keep = (value) => { this.#draft = { fact, value }; };
      if (question.type === 'bool') return this.#drawChoice(fact, current);
      if (question.type === 'many') return this.#drawMany(question, current, keep);
      if (question.type === 'int') return this.#drawInt(question, current, keep);
      if (question.type === 'date') return this.#drawDate(question, current, keep);
      if (question.type === 'plz') return this.#drawPlz(question, current, keep);
      return this.#drawOne(question.options.map(({ id, text }) => ({ value: id, text })), current);
    }

    #drawChoice(fact, current) {
      const t = this.#t;
      const button = (value, text) => h('button', {
        class: `choice${current === value ? ' was' : ''}`, type: 'button', 'data-value': String(value), 'data-first-field': value,
        onclick: () => this.#commit(fact, value),
      }, current === value && icon('check'), h('span', {}, text), current === value && this.#unseen(` (${t.yourAnswer})`));
      return {
        immediate: true,
        element: h('div', { class: 'options pair' }, button(true, this.#labels.yes ?? t.yes), button(false, this.#labels.no ?? t.no)),
        read: () => ({ problem: t.errorChoose }),
      };
    }

    /** One of several: a press is the answer. The arrow keys go from one to the next. */
    #drawOne(options, current, layout = 'list') {
      const { fact } = this.#here;
      const t = this.#t;
      const buttons = options.map(({ value, text }, place) => h('button', {
        class: `choice${current === value ? ' was' : ''}`, type: 'button', 'data-value': String(value), 'data-first-field': place === 0, onclick: () => this.#commit(fact, value),
      }, h('span', {}, text, current === value && this.#unseen(` (${t.yourAnswer})`)), layout === 'list' && icon(current === value ? 'check' : 'forward')));
      const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
      const element = h('div', {
        class: `options ${layout}`,
        onkeydown: (event) => {
          const place = buttons.indexOf(event.target);
          if (!step[event.key] || place < 0) return;
          event.preventDefault();
          buttons[(place + step[event.key] + buttons.length) % buttons.length].focus();
        },
      }, buttons);
      return { immediate: true, element, read: () => ({ problem: t.errorChoose }) };
    }

    #drawMany(question, current, keep) {
      const t = this.#t;
      const boxes = () => [...element.querySelectorAll('input:not([data-none])')];
      const values = () => boxes().filter((box) => box.checked).map((box) => box.dataset.value);
      const none = h('input', {
        type: 'checkbox', 'data-none': true, 'data-value': '', 'prop:checked': Array.isArray(current) && current.length === 0,
        onchange: () => {
          if (none.checked) boxes().forEach((box) => { box.checked = false; });
          keep(none.checked ? [] : undefined);
        },
      });
      const element = h('div', { class: 'options' },
        question.options.map(({ id, text }, place) => h('label', { class: 'option' },
          h('input', {
            type: 'checkbox', 'data-value': id, 'data-first-field': place === 0, 'prop:checked': Boolean(current?.includes(id)),
            onchange: () => { none.checked = false; keep(values()); },
          }),
          h('span', {}, text))),
        h('label', { class: 'option none' }, none, h('span', {}, this.#labels['none-of-these'] ?? t.none)));
      return {
        element,
        read: () => (none.checked ? { value: [] } : values().length ? { value: values() } : { problem: t.errorMany }),
      };
    }

    #drawInt(question, current, keep) {
      const t = this.#t;
      const { min = 0, max = 999 } = question.range ?? {};
      if (max - min < 6) {
        const numbers = Array.from({ length: max - min + 1 }, (_, place) => min + place);
        return this.#drawOne(numbers.map((value) => ({ value, text: String(value) })), current, 'digits');
      }
      const input = h('input', {
        type: 'text', inputmode: 'numeric', autocomplete: 'off', maxlength: String(max).length + 1, 'aria-describedby': 'field-hint error', 'data-first-field': true,
        'prop:value': current ?? '', oninput: () => keep(input.value),
      });
      return {
        element: this.#drawField(question.label, t.intHint(min, max), input),
        read: () => {
          const text = input.value.trim();
          const value = Number(text);
          return /^\d+$/.test(text) && value >= min && value <= max ? { value } : { problem: t.errorInt(min, max) };
        },
      };
    }

    #drawPlz(question, current, keep) {
      const t = this.#t;
      // Without a name or an id no browser puts the number into its form history; the purpose is still said (WCAG 1.3.5).
      const own = question.id === 'homePostalCode' && this.#answers.get('requester') === 'trainee';
      const input = h('input', {
        type: 'text', inputmode: 'numeric', autocomplete: own ? 'postal-code' : 'off', maxlength: 7, 'aria-describedby': 'field-hint error', 'data-first-field': true,
        'prop:value': current ?? '', oninput: () => keep(input.value),
      });
      return {
        element: this.#drawField(question.label, t.plzHint, input),
        read: () => {
          const value = input.value.replace(/\s/g, '').replace(/^D-?/i, '');
          return /^\d{5}$/.test(value) ? { value } : { problem: t.errorPlz };
        },
      };
    }

    #drawDate(question, current, keep) {
      const t = this.#t;
      const native = h('input', { type: 'date', autocomplete: 'off', min: '1900-01-01', max: '2099-12-31', 'aria-describedby': 'field-hint error', 'prop:value': isoDate(current) ?? '', 'data-first-field': true });
      const free = h('input', { type: 'text', inputmode: 'text', autocomplete: 'off', maxlength: 12, 'aria-describedby': 'field-hint error', 'prop:value': germanDate(isoDate(current)) || current || '' });
      let typed = this.#typesDates || native.type !== 'date';
      native.oninput = () => keep(native.value);
      free.oninput = () => keep(free.value);
      const hint = h('span', { class: 'field-hint', id: 'field-hint' });
      const holder = h('span', {});
      const swap = h('button', { class: 'text-button', type: 'button', 'data-swap': true });
      const show = () => {
        const [shown, other] = typed ? [free, native] : [native, free];
        shown.setAttribute('data-first-field', '');
        other.removeAttribute('data-first-field');
        holder.replaceChildren(shown);
        hint.textContent = typed ? t.dateTyped : t.dateHint;
        swap.textContent = typed ? t.datePick : t.dateType;
      };
      swap.onclick = () => {
        const value = isoDate((typed ? free : native).value);
        typed = !typed;
        this.#typesDates = typed;
        native.value = value ?? '';
        free.value = germanDate(value);
        show();
        holder.firstChild.focus();
      };
      show();
      return {
        element: h('div', { class: 'field' }, h('label', { class: 'field' }, h('span', { class: 'field-label' }, question.label), hint, holder), native.type === 'date' && swap),
        read: () => {
          const value = isoDate(holder.firstChild.value);
          return value ? { value } : { problem: t.errorDate };
        },
      };
    }

    #drawField(label, hint, input) {
      return h('label', { class: 'field' }, h('span', { class: 'field-label' }, label), h('span', { class: 'field-hint', id: 'field-hint' }, hint), input);
    }

    // -------------------------------------------------------------------------------------------------------------- answers

    #valueText(fact, value) {
      const t = this.#t;
      const question = this.#catalog?.facts.get(fact);
      const option = (id) => question?.options.find((candidate) => candidate.id === id)?.text ?? '';
      if (value === true) return this.#labels.yes ?? t.yes;
      if (value === false) return this.#labels.no ?? t.no;
      if (Array.isArray(value)) return value.length ? value.map(option).join('; ') : this.#labels['none-of-these'] ?? t.none;
      if (question?.type === 'date') return this.#date(value);
      return question?.options.length ? option(value) : String(value);
    }

    #drawAnswers() {
      const t = this.#t;
      const unused = new Set((this.#answer?.unusedFacts ?? []).map((fact) => fact.fact ?? fact.id ?? fact));
      const skips = { [UNKNOWN]: this.#labels.unknown ?? t.unknown, [PRIVATE]: this.#labels.preferNotToSay ?? t.private };
      const row = (fact, text, tag) => h('div', {},
        h('dt', {}, this.#label(fact)), h('dd', {}, text, tag && h('span', { class: 'tag' }, tag)),
        h('dd', { class: 'act' }, h('button', { class: 'text-button', type: 'button', 'data-change': fact, 'aria-label': `${t.change}: ${this.#label(fact)}`, onclick: () => this.#change(fact) }, t.change)));
      if (!this.#answers.size && !this.#skipped.size) return h('p', { class: 'fine' }, t.noAnswers);
      const given = [...this.#answers].map(([fact, value]) => row(fact, this.#valueText(fact, value), unused.has(fact) ? t.unused : null));
      const left = [...this.#skipped].map(([fact, why]) => row(fact, skips[why], null));
      return [
        given.length > 0 && h('dl', { class: 'answers' }, given),
        [...this.#answers.keys()].some((fact) => unused.has(fact)) && h('p', { class: 'fine' }, t.unusedNote),
        left.length > 0 && h('details', {}, h('summary', {}, t.skippedCount(left.length)), h('dl', { class: 'answers' }, left)),
      ];
    }

    #date(iso) {
      const date = new Date(`${iso}T12:00:00Z`);
      return Number.isNaN(date.getTime()) ? String(iso) : new Intl.DateTimeFormat(this.#locale === 'en' ? 'en-GB' : 'de-DE', { dateStyle: 'long', timeZone: 'UTC' }).format(date);
    }

    // -------------------------------------------------------------------------------------------------------------- result

    #drawResult() {
      const t = this.#t;
      const answer = this.#answer;
      const routes = answer.contactRoutes ?? [];
      const danger = routes[0]?.id === CRISIS_ROUTE;
      const leading = routes.slice(0, danger ? 2 : 1);
      const others = routes.slice(leading.length);
      const notices = answer.notices ?? [];
      const loud = notices.filter((notice) => notice.severity === 'urgent' || notice.severity === 'warning' || (!danger && BEFORE_ANYTHING.includes(notice.id)));
      const quiet = notices.filter((notice) => !loud.includes(notice));
      const rest = [
        !danger && this.#drawOffices(routes),
        this.#drawModules(answer.modules ?? [], !danger),
        others.length > 0 && this.#drawContacts(others, leading.length),
        this.#drawOpen(),
        this.#drawPathways(answer),
        (answer.offers ?? []).length > 0 && this.#section(t.offers, null, h('ul', { class: 'cards two' }, answer.offers.map((offer) => this.#drawOffer(offer)))),
        quiet.length > 0 && this.#section(t.notices, null, h('ul', { class: 'bullets' }, quiet.map((notice) => h('li', {}, h('p', {}, notice.text, this.#drawLaw(notice.citations, true)))))),
        this.#drawEvents(),
        this.#drawSources(answer),
      ];
      // In danger nothing comes between a person and the call; everything about the training waits, folded.
      return h('div', { class: 'result enter' },
        h('div', { class: 'main' },
          h('section', { class: 'opening' },
            !danger && this.#drawOutcome(answer.outcome),
            this.#heading(1, { class: 'result-title', tabindex: -1, 'data-heading': true }, t.resultTitle)),
          leading.map((route, place) => this.#drawFirst(route, place, routes, danger)),
          h('section', { class: 'meaning' },
            h('p', { class: 'headline' }, answer.headline),
            !danger && answer.outcome === 'missing-facts' && this.#essentialQuestions().length > 0
              && h('p', { class: 'no-print' }, h('button', { class: 'button quiet', type: 'button', 'data-resume': true, onclick: () => this.#follow(ESSENTIAL) }, t.resume, icon('arrow'))),
            loud.length > 0 && h('div', { class: 'alerts' }, loud.map((notice) => this.#drawAlert(notice)))),
          danger ? this.#onPaper(this.#details(t.later, h('div', { class: 'main' }, rest))) : rest),
        h(this.#isPage ? 'aside' : 'div', { class: 'side', 'aria-label': this.#isPage ? t.answersTitle : null },
          h('section', { class: 'take' },
            this.#heading(2, {}, t.take),
            h('button', { class: 'button quiet', type: 'button', 'data-print': true, onclick: () => print() }, icon('print'), t.print),
            h('button', { class: 'button quiet', type: 'button', 'data-restart': true, onclick: () => this.#confirmRestart() }, icon('restart'), t.restart),
            h('p', { class: 'fine' }, t.restartNote)),
          h('section', {}, this.#heading(2, {}, t.answersTitle), this.#drawAnswers()),
          h('p', { class: 'fine' }, t.asOf(this.#date(answer.asOf), answer.ruleset?.version ?? ''))));
    }

    #section(title, lead, ...children) {
      return h('section', {},
        this.#heading(2, { class: 'section-title' }, title),
        lead && h('p', { class: 'section-lead' }, lead),
        h('div', { class: 'section-body' }, children));
    }

    #drawOutcome(outcome) {
      const [name, kind] = {
        'conditions-met': ['met', 'good'], 'agency-assessment': ['person', 'good'], 'missing-facts': ['question', ''],
        'not-yet': ['clock', 'wait'], expired: ['clock', ''], 'conditions-not-met': ['none', ''], 'not-in-force': ['none', ''],
      }[outcome] ?? ['question', ''];
      return h('p', { class: `chip ${kind}` }, icon(name), h('span', {}, this.#labels[`outcome-${outcome}`] ?? outcome));
    }

    #drawAlert(notice) {
      const plain = notice.severity === 'info';
      return h('div', { class: `alert ${notice.severity}`, 'data-notice': notice.id }, icon(plain ? 'calendar' : 'alert'),
        h('div', {}, h('p', {}, !plain && h('b', {}, `${this.#labels[`severity-${notice.severity}`] ?? ''}: `), notice.text, this.#drawLaw(notice.citations, true))));
    }

    #cost(channel) {
      return channel.cost === 'free' ? this.#t.free : this.#labels[`cost-${channel.cost}`] ?? null;
    }

    /** A large button that calls. */
    #drawCall(channel, crisis = false) {
      const facts = [this.#cost(channel), channel.hours].filter(Boolean).join(', ');
      return h('a', { class: `button call${crisis ? ' crisis-call' : ''}`, href: telephone(channel.value), 'data-call': channel.value },
        icon('phone'), h('span', {}, this.#unseen(`${this.#t.callPrefix} `), h('b', { class: 'number' }, channel.label), facts && h('small', {}, facts)));
    }

    #drawFirst(route, place, routes, danger) {
      const t = this.#t;
      const phones = route.channels.filter((channel) => channel.kind === 'phone');
      const others = route.channels.filter((channel) => channel.kind !== 'phone');
      const own = this.#isOwnOffice(route);
      const reachable = phones.length ? null : routes.find(phoneOf);
      const lead = phones.length || own ? [] : others;
      // Nobody needs the way to their own office; a note may help where another one of the kind is meant.
      const rest = own ? others.filter((channel) => channel.note) : lead.length ? [] : others;
      return h('section', { class: `first${danger ? ' danger' : ''}`, 'data-first': route.id, 'data-own': own },
        h('div', { class: 'first-head' },
          h('p', { class: 'eyebrow' }, own ? t.ownFirst : place === 0 ? t.first : t.orTalk),
          this.#heading(2, {}, divisible(own ? t.ownOffice(route.title) : route.title)),
          phones.length > 0 && h('div', { class: 'calls' }, phones.map((channel) => this.#drawCall(channel, danger && place === 0))),
          lead.length > 0 && h('ul', { class: 'ways-list calls' }, lead.map((channel) => this.#drawWayTo(channel))),
          h('p', {}, route.purpose),
          SENTENCE_ROUTES.includes(route.id) && phones.length > 0 && this.#drawSentence(),
          reachable && h('div', { class: 'instead' },
            this.#heading(3, {}, own ? t.ownNext : t.noPhoneHere),
            h('p', {}, own ? reachable.title : t.noPhoneText(reachable.title)),
            h('div', { class: 'calls' }, this.#drawCall(phoneOf(reachable))),
            own && SENTENCE_ROUTES.includes(reachable.id) && this.#drawSentence())),
        h('div', { class: 'first-more' },
          rest.length > 0 && this.#onPaper(this.#details(own ? t.ownElsewhere : t.moreWays, h('ul', { class: 'ways-list' }, rest.map((channel) => this.#drawWayTo(channel))))),
          route.bring?.length > 0 && this.#onPaper(this.#details(own ? t.ownBring : t.bring, this.#bullets(route.bring))),
          this.#drawWhy(t.whyThis, route),
          this.#drawNumberNotes(phones, (notes) => this.#details(t.aboutNumber, notes))));
    }

    /** Where numbers come from, if there is something to say about them. */
    #drawNumberNotes(phones, around) {
      const noted = phones.filter((channel) => channel.note);
      return noted.length ? around(this.#bullets(noted.map((channel) => `${channel.label}: ${channel.note}`))) : null;
    }

    #bullets(texts) {
      return h('ul', { class: 'bullets' }, texts.map((text) => h('li', {}, h('span', {}, text))));
    }

    #drawSentence() {
      const t = this.#t;
      const requester = this.#answers.get('requester');
      // Nothing is put into the mouth of somebody who has the help already, or who said that none is needed.
      if (!requester || this.#answers.get('receivesAsa') || this.#answers.get('needsSupport') === false) return null;
      const status = { none: 'seeker', 'ended-early': 'seeker', completed: 'done', 'ended-not-passed': 'failed' }[this.#answers.get('trainingStatus')] ?? 'trainee';
      const own = requester === 'trainee';
      const situation = own ? SITUATIONS[status] : SITUATIONS_OF_OTHERS[status === 'trainee' && COMPANY_SIDE.includes(requester) ? 'company' : status];
      const { outcome } = this.#answer;
      const request = REQUESTS[CLOSED.includes(outcome) ? 'else' : outcome === 'not-yet' ? 'when' : 'whether'][own ? 'own' : 'other'];
      const sentence = Object.fromEntries(Object.keys(situation).map((tongue) => [tongue, `${situation[tongue]} ${request[tongue]}`]));
      const simple = this.#locale === 'de-simple';
      return h('div', { class: 'say' },
        h('p', { class: 'say-title' }, t.sayTitle),
        h('blockquote', { lang: 'de' }, `„${simple ? sentence.simple : sentence.de}“`),
        t.sayTranslation && h('p', { class: 'translation' }, `${t.sayTranslation} “${sentence.en}”`));
    }

    #drawWayTo(channel) {
      const web = channel.kind === 'web' || channel.kind === 'chat';
      const target = channel.value && (web ? this.#link(channel.value, channel.label) : channel.kind === 'email' ? h('a', { href: `mailto:${channel.value}` }, channel.label) : channel.kind === 'phone' ? h('a', { href: telephone(channel.value), class: 'number' }, channel.label) : channel.label);
      const terms = [channel.cost !== 'free' && this.#cost(channel), channel.hours, channel.verified === false && this.#labels['not-verified']].filter(Boolean).join(', ');
      return h('li', {}, icon(channel.kind), h('div', {}, target || channel.label, terms && h('small', {}, terms), channel.note && h('small', {}, channel.note)));
    }

    /** A link to somewhere else; a new tab, because leaving this page would lose the answers. */
    #link(url, text) {
      const label = typeof text === 'string' ? breakable(text) : text;
      if (!/^https?:/.test(url ?? '')) return h('span', {}, label);
      return h('a', { class: 'link-line', href: url, target: '_blank', rel: 'noopener noreferrer', referrerpolicy: 'no-referrer' }, label, this.#unseen(` (${this.#t.newTab})`));
    }

    #details(title, ...children) {
      return h('details', {}, h('summary', {}, title), h('div', { class: 'inside' }, children));
    }

    /** Folded on the screen, unfolded on paper. */
    #onPaper(details) {
      details.setAttribute('data-paper', '');
      return details;
    }

    #drawWhy(title, item) {
      const reasons = this.#reasons(item);
      return reasons.length ? this.#details(title, reasons) : null;
    }

    #reasons(item) {
      const reasons = [...new Set((item.because ?? []).map((reason) => reason.text))];
      const facts = [...new Set((item.because ?? []).flatMap((reason) => reason.facts ?? []))].map((fact) => this.#label(fact)).filter(Boolean);
      return [
        reasons.length > 0 && this.#bullets(reasons),
        facts.length > 0 && h('p', { class: 'from' }, `${this.#t.fromAnswers} ${facts.join(', ')}`),
        this.#drawLaw(item.citations),
      ].filter(Boolean);
    }

    /** What a statement rests on. Provisions and sources keep their German names in every language. */
    #drawLaw(citations, inline = false) {
      if (!citations?.length) return null;
      const sources = new Map((this.#answer.sources ?? []).map((source) => [source.id, source]));
      const seen = new Set();
      const parts = citations.flatMap((citation) => {
        const source = sources.get(citation.source);
        const short = source?.short ?? source?.title ?? '';
        const text = citation.at ? (/^(§|Art)/.test(citation.at) ? `${citation.at} ${short}` : `${short}, ${citation.at}`) : short;
        if (!text || seen.has(text)) return [];
        seen.add(text);
        const url = citation.url ?? source?.url;
        const german = h('span', { lang: 'de' }, text);
        return [[seen.size > 1 ? ' · ' : '', url ? this.#link(url, german) : german]];
      });
      if (!parts.length) return null;
      return inline ? h('span', { class: 'law-inline' }, ' ', parts) : h('p', { class: 'law' }, h('b', {}, `${this.#t.lawTitle}: `), parts);
    }

    #drawContacts(routes, before) {
      const t = this.#t;
      const shown = routes.length > 4 ? 3 : routes.length;
      const list = h('ol', { class: 'cards ranked' });
      list.style.counterReset = `rank ${before}`;
      list.append(...routes.map((route, place) => h('li', { 'prop:hidden': place >= shown, class: place >= shown ? 'print' : null, 'data-contact': route.id }, this.#drawContact(route))));
      const more = routes.length > shown && h('button', {
        class: 'button quiet show-all', type: 'button', 'data-all-contacts': true,
        onclick: () => {
          const hidden = [...list.querySelectorAll(':scope > li[hidden]')];
          hidden.forEach((item) => { item.hidden = false; });
          more.remove();
          const title = hidden[0].querySelector('h3, h4');
          title.tabIndex = -1;
          title.focus();
        },
      }, t.allContacts(routes.length - shown));
      return this.#section(t.contacts, t.contactsLead, list, more);
    }

    #drawContact(route) {
      const t = this.#t;
      const phones = route.channels.filter((channel) => channel.kind === 'phone');
      const others = route.channels.filter((channel) => channel.kind !== 'phone').sort((one, other) => Number(!one.value) - Number(!other.value));
      const [shown, rest] = phones.length ? [[], others] : [others.slice(0, 1), others.slice(1)];
      const terms = [...new Set(phones.map((channel) => [this.#cost(channel), channel.hours].filter(Boolean).join(', ')))].filter(Boolean);
      const part = (title, ...content) => [this.#heading(4, {}, title), ...content];
      const reasons = this.#reasons(route);
      const more = [
        rest.length > 0 && part(t.moreWays, h('ul', { class: 'ways-list' }, rest.map((channel) => this.#drawWayTo(channel)))),
        this.#drawNumberNotes(phones, (notes) => part(t.aboutNumber, notes)),
        route.bring?.length > 0 && part(t.bring, this.#bullets(route.bring)),
        reasons.length > 0 && part(t.whyThis, reasons),
      ].filter(Boolean);
      return h('div', { class: 'card' }, h('div', {},
        this.#heading(3, {}, divisible(route.title)),
        h('p', {}, route.purpose),
        phones.length > 0 && h('div', { class: 'ways' }, phones.map((channel) => h('a', { class: 'button small', href: telephone(channel.value), 'data-call': channel.value }, icon('phone'), this.#unseen(`${t.callPrefix} `), h('span', { class: 'number' }, channel.label), this.#unseen(`, ${route.title}`)))),
        terms.map((text) => h('p', { class: 'ways-note' }, text)),
        shown.length > 0 && h('ul', { class: 'ways-list ways' }, shown.map((channel) => this.#drawWayTo(channel))),
        more.length > 0 && this.#details(t.more, more)));
    }

    #drawOffices(routes) {
      const t = this.#t;
      const found = new Map();
      routes.forEach((route) => (route.offices ?? []).forEach((office) => found.set(`${office.kind} ${office.name}`, office))); // two districts of one town may bear one derived name
      const finders = new Map(routes.filter((route) => route.officeFinderUrl).map((route) => [route.officeFinderUrl, t.officeKinds[route.offices?.[0]?.kind] ?? route.title]));
      const codes = [...this.#answers.keys()].filter((fact) => this.#catalog.facts.get(fact)?.type === 'plz');
      const company = COMPANY_SIDE.includes(this.#answers.get('requester'));
      const askable = (this.#answer.openQuestions ?? []).filter((question) => this.#catalog.facts.get(question.fact)?.type === 'plz')
        .sort((one, other) => (company ? Number(other.fact === 'companyPostalCode') - Number(one.fact === 'companyPostalCode') : 0));
      const district = (this.#answer.openQuestions ?? []).find((question) => question.fact === 'berlinDistrict');
      if (!codes.length && !askable.length && !found.size) return null;
      const name = (office) => {
        const kind = t.officeKinds[office.kind] ?? '';
        return office.name.includes('Agentur') || office.name.includes('Jobcenter') ? office.name : `${kind}: ${office.name}`;
      };
      const kinds = [...found.values()].map((office) => office.kind);
      const several = kinds.length > new Set(kinds).size;
      const list = h('ul', { class: 'offices card' }, [...found.values()].map((office) => h('li', {},
        h('b', {}, name(office)), office.nameStatus === 'derived-place' && h('small', {}, this.#labels['office-derived-name']))));
      const section = this.#section(t.officesTitle, found.size ? null : codes.length ? t.officesNone : t.officesAsk,
        found.size > 0 && several && h('p', {}, t.officesSeveral),
        district && h('div', {}, h('button', { class: 'button quiet', type: 'button', 'data-open': 'berlinDistrict', onclick: () => this.#change('berlinDistrict') }, this.#label('berlinDistrict'), icon('arrow'))),
        found.size > 5 ? this.#details(t.officesCount(found.size), list) : found.size > 0 && list,
        codes.length > 0 && finders.size > 0 && h('div', {}, [...finders].map(([url, kind]) => h('p', {}, this.#link(url, `${kind}: ${t.officeFinder}`))), h('p', { class: 'fine' }, t.officeFinderNote)),
        askable.filter((question, place) => place === 0 || company).map((question) => this.#drawPlzForm(question.fact)),
        codes.map((fact) => h('div', {}, h('button', { class: 'text-button', type: 'button', onclick: () => this.#change(fact), 'data-change': fact }, `${this.#label(fact)}: ${this.#answers.get(fact)} – ${t.change}`))));
      section.classList.toggle('no-print', !found.size);
      section.firstChild.tabIndex = -1;
      section.firstChild.setAttribute('data-offices', '');
      return section;
    }

    #drawPlzForm(fact) {
      const t = this.#t;
      const error = h('div', { id: `error-${fact}` });
      const own = fact === 'homePostalCode' && this.#answers.get('requester') === 'trainee';
      const input = h('input', {
        type: 'text', inputmode: 'numeric', autocomplete: own ? 'postal-code' : 'off', maxlength: 7, 'aria-describedby': error.id, 'data-plz': fact,
        'prop:value': this.#draft?.fact === fact ? this.#draft.value : '', oninput: () => { this.#draft = { fact, value: input.value }; },
      });
      return h('form', {
        class: 'inline-form', autocomplete: 'off', novalidate: true, 'data-offices-form': fact,
        onsubmit: (event) => {
          event.preventDefault();
          const value = input.value.replace(/\s/g, '').replace(/^D-?/i, '');
          if (/^\d{5}$/.test(value)) {
            this.#commitHere(fact, value);
            return;
          }
          error.replaceChildren(h('p', { class: 'error', role: 'alert' }, icon('alert'), h('span', {}, t.errorPlz)));
          input.setAttribute('aria-invalid', 'true');
          input.focus();
        },
      }, h('label', { class: 'field' }, h('span', { class: 'field-label' }, this.#label(fact)), input), h('button', { class: 'button quiet', type: 'submit' }, t.officesFind), error);
    }

    #drawOpen() {
      const t = this.#t;
      const all = this.#answer.openQuestions ?? [];
      const open = this.#openQuestions();
      const left = this.#atMost();
      const assumptions = (this.#answer.assumptions ?? []).filter((assumption) => all.some((question) => question.fact === assumption.fact));
      const item = (question) => h('li', {}, h('button', { class: 'text-button', type: 'button', 'data-open': question.fact, onclick: () => this.#change(question.fact) },
        h('span', {}, question.question, question.sensitive && h('span', { class: 'personal' }, t.sensitive), this.#skipped.has(question.fact) && h('span', { class: 'tag' }, t.skippedTag)), icon('arrow')));
      const topics = TOPICS.map((id) => [id, all.filter((question) => topicOf(question.fact) === id)]).filter(([, questions]) => questions.length);
      return h('section', { class: 'open', 'data-open-section': true },
        this.#heading(2, { class: 'section-title' }, t.openTitle),
        h('p', { class: 'section-lead' }, !all.length ? t.openNone : open.length ? t.openLead(Math.max(left, open.length)) : t.openSkippedOnly),
        topics.length > 0 && h('div', { class: 'open-topics' }, topics.map(([id, questions]) => {
          const fresh = questions.filter((question) => open.includes(question));
          return h('details', { 'data-topic': id }, h('summary', {}, h('span', {}, t.topics[id]), h('span', {}, t.openGroup(questions.length))),
            h('ul', { class: 'open-list' }, questions.map(item)),
            fresh.length > 1 && h('div', { class: 'inside' }, h('button', { class: 'button small quiet', type: 'button', onclick: () => this.#follow({ kind: 'group', topic: id }) }, h('span', {}, t.openStart(t.topics[id])), icon('arrow'))));
        })),
        open.length > 1 && h('p', { class: 'ways' }, h('button', { class: 'button', type: 'button', 'data-ask-all': true, onclick: () => this.#follow(ALL) }, t.openAll, icon('arrow'))),
        assumptions.length > 0 && h('div', { class: 'assumed' },
          this.#heading(3, {}, t.assumedTitle),
          h('ul', {}, assumptions.map((assumption) => h('li', {}, h('p', {}, assumption.text),
            h('button', { class: 'text-button', type: 'button', 'aria-label': `${t.answerIt}: ${this.#label(assumption.fact)}`, onclick: () => this.#change(assumption.fact) }, t.answerIt))))));
    }

    #drawModules(modules, askNeeds) {
      const needs = askNeeds && this.#drawNeeds();
      if (!modules.length && !needs) return null;
      const t = this.#t;
      const forCompany = (module) => !module.beneficiary.includes('trainee');
      const groups = [[t.modulesTrainee, modules.filter((module) => !forCompany(module))], [t.modulesCompany, modules.filter(forCompany)]].filter(([, list]) => list.length);
      const mixed = modules.some((module) => module.standing === 'recommended');
      const lead = !modules.length ? null : mixed ? t.modulesLead : `${t.modulesLead} ${t.modulesMaybe}`;
      const section = this.#section(t.modules, lead, needs, groups.flatMap(([title, list]) => [
        groups.length > 1 && this.#heading(3, { class: 'group-title' }, title),
        h('ul', { class: 'cards two' }, list.map((module) => h('li', { class: 'card', 'data-module': module.id },
          this.#heading(groups.length > 1 ? 4 : 3, {}, module.title),
          module.standing === 'conditional' && mixed && h('p', { class: 'standing' }, this.#labels['standing-conditional']),
          h('p', {}, module.text),
          this.#drawWhy(t.whyModule, module)))),
      ]));
      section.firstChild.tabIndex = -1;
      section.firstChild.setAttribute('data-modules', '');
      return section;
    }

    /** Difficulties to tick in one go. What is not ticked stays unknown. */
    #drawNeeds() {
      const t = this.#t;
      // Where no phase can open, no tick could bring a module.
      if ((this.#answer.pathways ?? []).every((pathway) => CLOSED.includes(pathway.outcome))) return null;
      const open = new Set((this.#answer.openQuestions ?? []).map((question) => question.fact));
      const facts = NEEDS.filter((fact) => this.#catalog.facts.has(fact) && (this.#answers.get(fact) === true || (open.has(fact) && !this.#answers.has(fact))));
      if (!facts.length) return null;
      const ticked = (fact) => this.#ticks?.get(fact) ?? this.#answers.get(fact) === true;
      const boxes = facts.map((fact) => h('input', {
        type: 'checkbox', 'data-need': fact, 'prop:checked': ticked(fact),
        onchange: (event) => { (this.#ticks ??= new Map()).set(fact, event.target.checked); },
      }));
      return h('form', {
        class: 'needs no-print', autocomplete: 'off', novalidate: true,
        onsubmit: (event) => {
          event.preventDefault();
          const wanted = boxes.map((box) => [box.dataset.need, box.checked]);
          this.#run(async () => {
            for (const [fact, on] of wanted) {
              if (on) {
                this.#skipped.delete(fact);
                this.#answers.set(fact, true);
              } else if (this.#answers.get(fact) === true) this.#answers.delete(fact);
            }
            if (!(await this.#refresh())) return;
            this.#ticks = null;
            this.#draw({ focus: 'modules' });
            this.#say(this.#t.needsDone(this.#answer.modules?.length ?? 0));
          });
        },
      }, h('fieldset', { 'aria-describedby': 'needs-hint' },
        h('legend', {}, this.#heading(3, {}, t.needsTitle)),
        h('p', { class: 'fine', id: 'needs-hint' }, t.needsHint),
        h('div', { class: 'options ticks' }, facts.map((fact, place) => h('label', { class: 'option' }, boxes[place], h('span', {}, this.#label(fact)))))),
      h('button', { class: 'button quiet', type: 'submit', 'data-needs': true }, t.needsShow, icon('arrow')));
    }

    #drawOffer(offer) {
      const t = this.#t;
      const routes = new Map((this.#answer.contactRoutes ?? []).map((route) => [route.id, route.title]));
      const contacts = (offer.contact ?? []).map((id) => routes.get(id)).filter(Boolean);
      return h('li', { class: 'card', 'data-offer': offer.id },
        this.#heading(3, {}, offer.title),
        t.offerClaims[offer.claim] && h('p', { class: 'standing' }, t.offerClaims[offer.claim]),
        h('p', {}, offer.text),
        contacts.length > 0 && h('p', { class: 'fine' }, `${t.askAt} ${contacts.join(', ')}`),
        this.#drawWhy(t.whyModule, offer));
    }

    #drawPathways(answer) {
      const t = this.#t;
      const pathways = answer.pathways ?? [];
      const closed = pathways.filter((pathway) => ['conditions-not-met', 'not-in-force'].includes(pathway.outcome));
      const near = pathways.filter((pathway) => !closed.includes(pathway));
      return this.#section(t.pathways, null,
        near.length > 0 && h('div', { class: 'card' }, near.map((pathway) => this.#drawPathway(pathway))),
        closed.length > 0 && this.#details(t.pathwaysClosed(closed.length), closed.map((pathway) => this.#drawPathway(pathway))),
        this.#drawChange(answer.changesOn),
        answer.decidedBy && h('div', {}, this.#heading(3, { class: 'group-title' }, t.decides),
          h('p', {}, h('b', {}, answer.decidedBy.title ? `${answer.decidedBy.title}. ` : ''), answer.decidedBy.text), this.#drawLaw(answer.decidedBy.citations)));
    }

    #drawPathway(pathway) {
      const t = this.#t;
      const icons = { met: 'met', 'not-met': 'cross', unknown: 'question', assessment: 'person', 'not-applicable': 'none' };
      const requirements = pathway.requirements ?? [];
      const date = (title, value) => value && h('p', { class: 'when' }, `${title} ${this.#date(value)}`);
      return h('div', { class: 'phase', 'data-pathway': pathway.id, 'data-outcome': pathway.outcome },
        h('div', { class: 'phase-head' }, this.#heading(3, {}, pathway.title), this.#drawOutcome(pathway.outcome)),
        pathway.text && h('p', {}, pathway.text),
        date(t.earliest, pathway.earliestDate),
        date(t.latest, pathway.lastDate),
        pathway.earliestDate && h('p', {}, h('button', { class: 'text-button', type: 'button', onclick: () => this.#saveDay(pathway) }, t.remind)),
        this.#drawToOpen(pathway),
        requirements.length > 0 && this.#details(t.requirements, h('ul', { class: 'requirements' }, requirements.map((requirement) => h('li', { class: requirement.status },
          icon(icons[requirement.status]),
          h('div', {}, h('p', {}, h('span', { class: 'state' }, `${this.#labels[`status-${requirement.status}`] ?? ''}: `), requirement.text), this.#drawLaw(requirement.citations)))))));
    }

    /** What would have to be different for a closed phase to open. What an undecided one still asks stands among the open questions. */
    #drawToOpen({ outcome, toOpen }) {
      if (outcome === 'missing-facts') return null;
      const t = this.#t;
      const labels = (facts) => (facts ?? []).map((fact) => this.#label(fact)).filter(Boolean);
      const lines = [
        labels(toOpen?.facts).length > 0 && `${t.toOpenFacts} ${labels(toOpen.facts).join(', ')}`,
        labels(toOpen?.unknown).length > 0 && `${t.toOpenUnknown} ${labels(toOpen.unknown).join(', ')}`,
        toOpen?.waitUntil && `${t.toOpenWait} ${this.#date(toOpen.waitUntil)}`,
      ].filter(Boolean);
      return lines.length ? h('div', { class: 'to-open', 'data-to-open': true }, h('p', { class: 'when' }, t.toOpen), this.#bullets(lines)) : null;
    }

    /** The day on which the same facts give another answer, with those changes that have a name here. */
    #drawChange(change) {
      if (!change?.date) return null;
      const t = this.#t;
      // A notice that comes or goes changes nothing about who helps, or how; its text is not known here either.
      if ((change.changes ?? []).every(({ subject }) => subject === 'notice')) return null;
      const answer = this.#answer;
      const named = new Map(['pathways', 'modules', 'offers', 'contactRoutes'].flatMap((list) => (answer[list] ?? []).map((item) => [item.id, item.title])));
      const quote = (text) => (this.#locale === 'en' ? `“${text}”` : `„${text}“`);
      const state = (value) => this.#labels[`outcome-${value}`] ?? this.#labels[`standing-${value}`];
      const lines = (change.changes ?? []).filter(({ id }) => named.has(id)).map(({ subject, id, from, to }) => {
        if (to === null) return ['module', 'offer', 'contact-route'].includes(subject) ? `${named.get(id)}: ${t.changeGone}` : null;
        return state(from) && state(to) ? `${named.get(id)}: ${quote(state(from))} → ${quote(state(to))}` : null;
      }).filter(Boolean);
      return h('div', { class: 'alert', 'data-changes-on': change.date }, icon('calendar'), h('div', {},
        h('p', {}, h('b', {}, t.changesOn(this.#date(change.date)))), lines.length > 0 ? this.#bullets([...new Set(lines)]) : h('p', {}, t.changeLook)));
    }

    #drawEvents() {
      const t = this.#t;
      if (!this.#events.length) return h('div', { 'data-events': true, hidden: true });
      const section = this.#section(t.events, null, h('ul', { class: 'cards two' }, this.#events.map((event) => h('li', { class: 'card', 'data-event': event.id },
        this.#heading(3, {}, event.title),
        h('p', { class: 'when' }, `${this.#date(event.date)}${event.from ? `, ${event.from}${event.to ? `–${event.to}` : ''}` : ''}`),
        event.text && h('p', {}, event.text),
        h('p', {}, h('a', { class: 'link-line', href: this.#url(event.calendarUrl.replace(/^\//, '')), download: `${event.id}.ics` }, t.eventCalendar)),
        event.url && h('p', {}, this.#link(event.url, new URL(event.url).hostname))))));
      section.setAttribute('data-events', '');
      return section;
    }

    /** A whole-day entry for the day from which something is possible, made here and offered as a file. */
    #saveDay(pathway) {
      const day = pathway.earliestDate.replaceAll('-', '');
      const next = new Date(`${pathway.earliestDate}T12:00:00Z`);
      next.setUTCDate(next.getUTCDate() + 1);
      const text = this.#t.remindTitle(pathway.title).replace(/[\\;,]/g, '\\$&');
      const lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//asaflex//check//DE', 'BEGIN:VEVENT', `UID:${day}-${pathway.id}@asaflex`, `DTSTAMP:${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}`,
        `DTSTART;VALUE=DATE:${day}`, `DTEND;VALUE=DATE:${next.toISOString().slice(0, 10).replaceAll('-', '')}`, `SUMMARY:${text}`, 'END:VEVENT', 'END:VCALENDAR', ''];
      const url = URL.createObjectURL(new Blob([lines.join('\r\n')], { type: 'text/calendar' }));
      h('a', { href: url, download: `asa-flex-${pathway.earliestDate}.ics` }).click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    }

    #drawSources(answer) {
      const t = this.#t;
      const sources = answer.sources ?? [];
      if (!sources.length) return null;
      const about = (source) => [source.textAsOf && t.textAsOf(this.#date(source.textAsOf)), source.checkedOn && t.checkedOn(this.#date(source.checkedOn))].filter(Boolean).join('. ');
      // Titles are German in every language.
      const german = (text) => h('span', { lang: 'de' }, breakable(text));
      const section = this.#section(t.sources, null, this.#details(t.sourcesCount(sources.length),
        h('ul', { class: 'source-list' }, sources.map((source) => h('li', {},
          source.url ? this.#link(source.url, german(source.title)) : german(source.title),
          h('small', {}, about(source), about(source) && source.note && '. ', source.note && breakable(source.note)))))));
      section.classList.add('no-print'); // what is cited stands beside each statement
      return section;
    }

    #confirmRestart() {
      const t = this.#t;
      const close = () => { dialog.close(); dialog.remove(); };
      const dialog = h('dialog', { 'aria-labelledby': 'restart-title', oncancel: () => setTimeout(() => dialog.remove()) },
        h('h2', { id: 'restart-title' }, t.restartAsk),
        h('p', {}, t.restartText),
        h('div', { class: 'moves' },
          h('button', { class: 'button quiet', type: 'button', 'data-restart-no': true, onclick: close }, t.restartNo),
          h('button', { class: 'button main', type: 'button', 'data-restart-yes': true, onclick: () => { close(); this.#forget(); } }, t.restartYes)));
      this.#parts.frame.append(dialog);
      dialog.showModal();
    }
  }

  // ---------------------------------------------------------------------------------------------------------------- small helpers

  function localeOf(tag) {
    const wanted = String(tag ?? '').toLowerCase();
    if (wanted.startsWith('en')) return 'en';
    return wanted.startsWith('de-simple') ? 'de-simple' : 'de';
  }

  const sameValue = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  /** Reads 2025-08-31, 31.08.2025, 31.8.25 or 31/08/2025; null for anything that is no day of the calendar. */
  function isoDate(text) {
    const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(String(text ?? '').trim());
    const free = /^(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{4}|\d{2})$/.exec(String(text ?? '').trim());
    if (!iso && !free) return null;
    const [year, month, day] = iso ? iso.slice(1).map(Number) : [Number(free[3].length === 2 ? `20${free[3]}` : free[3]), Number(free[2]), Number(free[1])];
    const date = new Date(Date.UTC(year, month - 1, day));
    const real = year >= 1900 && date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
    return real ? date.toISOString().slice(0, 10) : null;
  }

  function germanDate(iso) {
    const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso ?? '');
    return parts ? `${parts[3]}.${parts[2]}.${parts[1]}` : '';
  }

  if (!customElements.get('asaflex-check')) customElements.define('asaflex-check', AsaflexCheck);
})();
