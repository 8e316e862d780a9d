import type { Grammar } from './grammar.ts';
import { simpleGrammar } from './grammar-simple.ts';
import { grammarTwo } from './grammar-two.ts';

/** The Simple Profile version a file is written in, by its minor number: 3 for 1.3. */
export type Minor = 0 | 1 | 2 | 3;

/** How a file is to be read. */
export interface Dialect {
  readonly grammar: Grammar;
  /** Of the normative types the file knows without importing them; undefined for 2.0, which has none. */
  readonly minor: Minor | undefined;
  /** The profile that such a file imports without saying so. */
  readonly implied: string | undefined;
  /** TOSCA 2.0: functions begin with `$`, keys that hold nothing are wrong, types are refined by fixed rules. */
  readonly isTwo: boolean;
}

/** Spellings seen in the world: `tosca_simple_yaml_1_0_0`, working drafts, ONAP's own word, the namespace URI. */
const spelling =
  /^(?:tosca_simple_(?:(?:profile_)?yaml|openecomp)_1_([0-3])(?:_0)?(?:_wd\d+)?|http:\/\/docs\.oasis-open\.org\/tosca\/ns\/simple\/yaml\/1\.([0-3]))$/;
const nfv = /^tosca_simple_profile_for_(?:nfv|mec)_1_\d(?:_\d)?$/;
/** The name of the types for NFV, which build on 1.1. */
export const nfvProfile = 'tosca_simple_profile_for_nfv_1_0_0';

const simple: readonly Dialect[] = ([0, 1, 2, 3] as const).map((minor) => ({
  grammar: simpleGrammar,
  minor,
  implied: undefined,
  isTwo: false,
}));
const two: Dialect = { grammar: grammarTwo, minor: undefined, implied: undefined, isTwo: true };

export function dialectOf(version: string): Dialect | undefined {
  if (version === 'tosca_2_0') return two;
  if (nfv.test(version)) return { grammar: simpleGrammar, minor: 1, implied: nfvProfile, isTwo: false };
  const match = spelling.exec(version);
  const minor = match?.[1] ?? match?.[2];
  return minor === undefined ? undefined : simple[Number(minor)];
}

export const knownVersions = [
  'tosca_simple_yaml_1_0',
  'tosca_simple_yaml_1_1',
  'tosca_simple_yaml_1_2',
  'tosca_simple_yaml_1_3',
  'tosca_2_0',
];
