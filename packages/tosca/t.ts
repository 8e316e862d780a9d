import { readTemplate } from './src/template.ts';
import { Random } from './src/testing/random.ts';
import { randomTemplate } from './src/testing/random-template.ts';
import { convertToTwo } from './src/convert/convert.ts';
const seen = new Map<string, number>();
let ok = 0;
const t0 = performance.now();
const say = (n: number, k: string, m: string) => {
  const key = k + ' ' + m.replace(/\d/g, '#');
  if (!seen.has(key)) {
    console.log(n, k, m);
  }
  seen.set(key, (seen.get(key) ?? 0) + 1);
};
for (let n = 1; n <= 400; n++) {
  const texts = randomTemplate(new Random(n));
  const b = readTemplate(texts, 'main.yaml');
  const e = b.problems.filter((p) => p.severity === 'error');
  if (e.length) {
    say(n, 'INVALID', `${e[0]!.line} ${e[0]!.message}`);
    continue;
  }
  const r = convertToTwo({ has: (p) => texts.has(p), text: (p) => texts.get(p) }, 'main.yaml');
  if (r.problems.length) {
    say(n, 'CONV', `${r.problems[0]!.file}:${r.problems[0]!.line} ${r.problems[0]!.message}`);
    continue;
  }
  const a = readTemplate(r.files!, 'main.yaml');
  if (a.problems.length) {
    say(n, 'AFTER', `${a.problems[0]!.line} ${a.problems[0]!.message}`);
    continue;
  }
  ok++;
}
console.log(
  ok,
  performance.now() - t0,
  [...seen].map(([k, v]) => v + ' ' + k.slice(0, 100)),
);
