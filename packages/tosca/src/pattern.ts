/** A regular expression that takes time in proportion to the text, whoever wrote it. */
export interface Pattern {
  /** Whether the whole text matches, §3.6.3.1. */
  matches(text: string): boolean;
}

const compiled = new Map<string, Pattern | undefined>();

/**
 * The pattern of a `pattern` constraint; undefined when it is none. JavaScript's own matching tries alternatives one after
 * another, and a hostile pattern (`(a+)+`) makes it try for years; here all alternatives are followed at once. Look-around and
 * back-references cannot be matched so and are undefined too.
 */
export function patternOf(text: string): Pattern | undefined {
  if (!compiled.has(text)) {
    if (compiled.size > 1000) compiled.clear();
    compiled.set(text, compile(text));
  }
  return compiled.get(text);
}

function compile(text: string): Pattern | undefined {
  if (text.length > 2000) return undefined;
  try {
    const program = new Compiler(text).program();
    return { matches: (subject) => run(program, subject) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Instructions of the machine: test a character, go on at several places, or stand at an end of the text. */
type Instruction =
  | { readonly is: 'character'; readonly test: (character: string) => boolean; readonly next: number }
  | { readonly is: 'fork'; readonly to: readonly number[] }
  | { readonly is: 'start' | 'end'; readonly next: number }
  | { readonly is: 'match' };

interface Program {
  readonly instructions: readonly Instruction[];
  readonly first: number;
}

/** Repetitions are written out, so a pattern such as `((a{99}){99}){99}` must have an end. */
const mostInstructions = 20_000;

type Fragment = (next: number) => number;

/** Turns a pattern into instructions, from its end to its beginning: each fragment is told where to go on. */
class Compiler {
  readonly #text: string;
  readonly #instructions: Instruction[] = [];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  program(): Program {
    const whole = this.#alternatives();
    if (this.#at < this.#text.length) throw new SyntaxError('unbalanced )');
    const first = whole(this.#add({ is: 'match' }));
    return { instructions: this.#instructions, first };
  }

  #add(instruction: Instruction): number {
    if (this.#instructions.length >= mostInstructions) throw new SyntaxError('too large');
    return this.#instructions.push(instruction) - 1;
  }

  #alternatives(): Fragment {
    if (++this.#depth > 50) throw new SyntaxError('too deep');
    const branches = [this.#sequence()];
    while (this.#take('|')) branches.push(this.#sequence());
    this.#depth -= 1;
    if (branches.length === 1) return branches[0] ?? ((next) => next);
    return (next) => this.#add({ is: 'fork', to: branches.map((branch) => branch(next)) });
  }

  #sequence(): Fragment {
    const parts: Fragment[] = [];
    while (this.#at < this.#text.length && this.#text[this.#at] !== '|' && this.#text[this.#at] !== ')') {
      parts.push(this.#repeated(this.#atom()));
    }
    return (next) => parts.reduceRight((after, part) => part(after), next);
  }

  #atom(): Fragment {
    if (this.#take('(')) {
      if (this.#take('?') && !this.#take(':')) throw new SyntaxError('look-around');
      const inner = this.#alternatives();
      if (!this.#take(')')) throw new SyntaxError('unbalanced (');
      return inner;
    }
    if (this.#take('^')) return (next) => this.#add({ is: 'start', next });
    if (this.#take('$')) return (next) => this.#add({ is: 'end', next });
    const test = characterTest(this.#characterText());
    return (next) => this.#add({ is: 'character', test, next });
  }

  /** The text of one character or class: `a`, `.`, `\d`, `[^a-z]`, `\\p{L}`. */
  #characterText(): string {
    const from = this.#at;
    const character = String.fromCodePoint(this.#text.codePointAt(from) ?? 0);
    if ('*+?{'.includes(character)) throw new SyntaxError('nothing to repeat');
    this.#at += character.length;
    if (character === '\\') this.#escape();
    if (character === '[') this.#class();
    return this.#text.slice(from, this.#at);
  }

  #escape(): void {
    const escaped = this.#text[this.#at] ?? '';
    if (/[1-9kbB]/.test(escaped) || escaped === '') throw new SyntaxError('back-reference');
    this.#at += 1;
    const more = {
      p: /\{[^}]*\}/y,
      P: /\{[^}]*\}/y,
      u: /\{[0-9a-fA-F]+\}|[0-9a-fA-F]{4}/y,
      x: /[0-9a-fA-F]{2}/y,
      c: /[a-zA-Z]/y,
    };
    if (!(escaped in more)) return;
    const rest = more[escaped as keyof typeof more]; // Just looked up.
    rest.lastIndex = this.#at;
    this.#at += rest.exec(this.#text)?.[0].length ?? 0;
  }

  #class(): void {
    for (; this.#at < this.#text.length; this.#at++) {
      if (this.#text[this.#at] === '\\') this.#at += 1;
      else if (this.#text[this.#at] === ']') {
        this.#at += 1;
        return;
      }
    }
    throw new SyntaxError('unbalanced [');
  }

  #repeated(part: Fragment): Fragment {
    const [least, most] = this.#bounds();
    this.#take('?'); // A lazy quantifier matches the same texts.
    if (least === 1 && most === 1) return part;
    return (next) => {
      let after = next;
      if (most === Infinity) after = this.#loop(part, next);
      else for (let count = least; count < most; count++) after = this.#add({ is: 'fork', to: [part(after), next] });
      for (let count = 0; count < least; count++) after = part(after);
      return after;
    };
  }

  #loop(part: Fragment, next: number): number {
    const to: number[] = [next];
    const fork = this.#add({ is: 'fork', to });
    to.push(part(fork));
    return fork;
  }

  #bounds(): [least: number, most: number] {
    if (this.#take('*')) return [0, Infinity];
    if (this.#take('+')) return [1, Infinity];
    if (this.#take('?')) return [0, 1];
    const counted = /\{(\d{1,5})(?:(,)(\d{1,5})?)?\}/y;
    counted.lastIndex = this.#at;
    const match = counted.exec(this.#text);
    if (!match) return [1, 1];
    this.#at += match[0].length;
    const least = Number(match[1]);
    const most = match[2] === undefined ? least : match[3] === undefined ? Infinity : Number(match[3]);
    if (most < least) throw new SyntaxError('bounds');
    return [least, most];
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }
}

/** One character at a time is nothing a pattern could make long. */
function characterTest(text: string): (character: string) => boolean {
  let expression: RegExp;
  try {
    expression = new RegExp(`^${text}$`, 'u');
  } catch {
    expression = new RegExp(`^${text}$`);
  }
  return (character) => expression.test(character);
}

/** Follows all ways at once: the set of instructions reached grows with the pattern, never with the text. */
function run({ instructions, first }: Program, text: string): boolean {
  const characters = Array.from(text);
  const seen = new Int32Array(instructions.length).fill(-1);
  let reached = spread(instructions, [first], 0, characters.length, seen);
  for (const [position, character] of characters.entries()) {
    const next: number[] = [];
    for (const at of reached) {
      const instruction = instructions[at];
      if (instruction?.is === 'character' && instruction.test(character)) next.push(instruction.next);
    }
    if (next.length === 0) return false;
    reached = spread(instructions, next, position + 1, characters.length, seen);
  }
  return reached.some((at) => instructions[at]?.is === 'match');
}

/** The instructions that test a character or match, over forks and anchors, from some others at one position. */
function spread(
  instructions: readonly Instruction[],
  from: readonly number[],
  position: number,
  end: number,
  seen: Int32Array,
): number[] {
  const reached: number[] = [];
  const open = [...from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen[at] === position) continue;
    seen[at] = position;
    const instruction = instructions[at];
    if (instruction?.is === 'fork') open.push(...instruction.to);
    else if (instruction?.is === 'start' || instruction?.is === 'end') {
      if (position === (instruction.is === 'start' ? 0 : end)) open.push(instruction.next);
    } else reached.push(at);
  }
  return reached;
}
