import { compile, decide, filterFor, matches, type Attached, type PolicySet, type Question } from '@pileus/policy';
import { enforcerOf } from './b6/casbin.ts';
import { allows, prepare, slice } from './b6/cedar.ts';
import { documentsOf, questionsOf, request, rulesOf, vocabulary } from './b6/world.ts';
import { median, row, type Bench, type Row } from './report.ts';

/** May somebody who has 10,000 rules do this? And which of 10,000 servers do they see? */
export const b6: Bench = {
  id: 'B6',
  async run(report) {
    const rules = rulesOf(10_000);
    const attached = documentsOf(rules).map((document, index): Attached => ({
      policy: `p-${index}`,
      name: '',
      document,
    }));
    const questions = questionsOf(rules, 500);
    const set = compile(attached, vocabulary);
    const enforce = await enforcerOf(rules);
    prepare('whole', rules);
    const sliceOf = new Map(questions.map((question, index) => [question, `slice-${index}`]));
    for (const [question, name] of sliceOf) prepare(name, slice(rules, question));
    const contenders: readonly Contender[] = [
      { name: 'casbin', asks: 10, allows: enforce },
      { name: 'cedar-wasm, all rules read beforehand', asks: 10, allows: (question) => allows('whole', question) },
      {
        name: 'cedar-wasm, given only the rules that matter, read beforehand',
        asks: 500,
        allows: (question) => allows(sliceOf.get(question) ?? '', question),
      },
    ];
    const ours = { name: 'ours', asks: 50_000, allows: (question: Question) => decide(set, question).allowed };
    agree(ours, contenders, questions);
    const one = measure(ours, questions);
    const made = milliseconds(() => compile(attached, vocabulary).about('server.read'));
    const list = milliseconds(() => listed(set));
    report(`${one.toFixed(3)} µs; made ready in ${made.toFixed(1)} ms; a list in ${list.toFixed(2)} ms`);
    return contenders.flatMap((contender): Row[] => {
      const peer = measure(contender, questions);
      report(`${contender.name}: ${peer.toFixed(1)} µs`);
      return [
        row({
          work: 'one authorization at 10,000 rules (less is better)',
          ours: one,
          peer,
          peerName: contender.name,
          unit: 'µs',
        }),
        row({
          work: 'list of 10,000 filtered at 10,000 rules (less is better)',
          ours: list,
          peer: (peer * 10_000) / 1_000,
          peerName: `${contender.name}: 10,000 times the time of one`,
          unit: 'ms',
        }),
      ];
    });
  },
};

interface Contender {
  readonly name: string;
  /** How many questions make one measurement. */
  readonly asks: number;
  readonly allows: (question: Question) => boolean;
}

const rounds = 7;

const servers = Array.from({ length: 10_000 }, (_, index) => ({
  kind: 'server',
  id: `s-${index}`,
  name: `web-${index}`,
  keys: { project: `p-${index % 1_000}` },
}));

/** The list as a page of the portal asks for it: what the policies say about it is worked out anew. */
function listed(set: PolicySet): number {
  const filter = filterFor(set, { action: 'server.read', kind: 'server', request });
  return servers.filter((server) => matches(filter, server)).length;
}

/** Figures of contenders that do not decide alike would say nothing. */
function agree(ours: Contender, contenders: readonly Contender[], questions: readonly Question[]): void {
  for (const question of questions.slice(0, 60))
    for (const { name, allows: peerAllows } of contenders)
      if (peerAllows(question) !== ours.allows(question)) throw new Error(`${name}: ${JSON.stringify(question)}`);
}

/** Microseconds for one question: the middle of several measurements, after one that warms up. */
function measure({ asks, allows: decides }: Contender, questions: readonly Question[]): number {
  const once = milliseconds(() => {
    for (let asked = 0; asked < asks; asked++) {
      const question = questions[asked % questions.length];
      if (question) decides(question);
    }
  });
  return (once / asks) * 1_000;
}

function milliseconds(act: () => unknown): number {
  act();
  return median(
    Array.from({ length: rounds }, () => {
      const began = process.cpuUsage();
      act();
      const { user, system } = process.cpuUsage(began);
      return (user + system) / 1_000;
    }),
  );
}
