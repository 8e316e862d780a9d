/** A member that stands twice in one object of a text that is valid JSON, where JSON.parse would quietly take the last. */
export function duplicateMembers(text: string): { readonly path: readonly string[]; readonly name: string }[] {
  const found: { path: string[]; name: string }[] = [];
  const open: { members: Set<string> | undefined; step: string; item: number }[] = [];
  for (const [token, colon] of tokensOf(text)) {
    const inside = open.at(-1);
    if (token === '{' || token === '[') {
      open.push({ members: token === '{' ? new Set() : undefined, step: '0', item: 0 });
    } else if (token === '}' || token === ']') open.pop();
    else if (token === ',') {
      if (inside && !inside.members) inside.step = String(++inside.item);
    } else if (colon !== undefined && inside?.members) {
      const name = JSON.parse(token) as string; // A string of valid JSON.
      inside.step = name;
      if (inside.members.has(name)) found.push({ path: open.map(({ step }) => step), name });
      inside.members.add(name);
    }
  }
  return found;
}

/** Brackets, commas and strings; with a string, the colon that makes it a member's name. */
function* tokensOf(text: string): Iterable<readonly [token: string, colon: string | undefined]> {
  for (const match of text.matchAll(/("(?:[^"\\]|\\.)*")\s*(:)?|[{}[\],]/g)) yield [match[1] ?? match[0], match[2]];
}
