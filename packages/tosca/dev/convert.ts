/**
 * `node packages/tosca/dev/convert.ts FOLDER`: converts every template of 1.x below a folder that reads without errors and
 * has nodes, with what it imports, to 2.0, reads it again and compares the graphs. Prints those that differ.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { convertToTwo } from '../src/convert/convert.ts';
import { readTemplateOf } from '../src/template.ts';
import { graphOf } from '../src/testing/graph.ts';
import type { Files } from '../src/unit.ts';

const folder = process.argv[2] ?? '.';
const files: Files = {
  has: (path) => existsSync(join(folder, path)) && statSync(join(folder, path)).isFile(),
  text: (path) => (files.has(path) ? readFileSync(join(folder, path), 'utf8') : undefined),
};
const cache = new Map<string, string>();
const converted: Files = {
  has: files.has,
  text: (path) => {
    const text = cache.get(path) ?? convertToTwo(files, path).text;
    cache.set(path, text);
    return text;
  },
};

let same = 0;
let noted = 0;
let different = 0;
for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((one) => /\.ya?ml$/.test(one))) {
  const before = readTemplateOf(files, path);
  if (!before.template || before.template.toscaVersion === 'tosca_2_0') continue;
  if (Object.keys(before.template.topology.nodes).length === 0) continue;
  const { notes } = convertToTwo(files, path);
  const after = readTemplateOf(converted, path);
  if (after.template && isDeepStrictEqual(graphOf(before.template), graphOf(after.template))) {
    same += 1;
  } else if (notes.length > 0) {
    noted += 1;
  } else {
    different += 1;
    const [problem] = after.problems.filter(({ severity }) => severity === 'error');
    console.log(
      `${path}: ${problem ? `${problem.file}:${problem.line} ${problem.rule} ${problem.message}` : 'another graph'}`,
    );
  }
}
console.log(`${same} mean the same, ${noted} are noted as not convertible whole, ${different} differ`);
process.exitCode = different > 0 ? 1 : 0;
