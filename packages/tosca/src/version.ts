/** The Simple Profile version a file is written in, by its minor number: 3 for 1.3. */
export type Minor = 0 | 1 | 2 | 3;

/** Spellings seen in the world: `tosca_simple_yaml_1_0_0`, working drafts, the NFV and MEC profiles, the namespace URI. */
const spelling =
  /^(?:tosca_simple_(?:profile_)?yaml_1_([0-3])(?:_0)?(?:_wd\d+)?|http:\/\/docs\.oasis-open\.org\/tosca\/ns\/simple\/yaml\/1\.([0-3]))$/;
const profiles = /^tosca_simple_profile_for_(?:nfv|mec)_1_0(?:_0)?$/;

export function minorOf(version: string): Minor | undefined {
  if (profiles.test(version)) return 2;
  const match = spelling.exec(version);
  const minor = match?.[1] ?? match?.[2];
  return minor === undefined ? undefined : minors[Number(minor)];
}

const minors: readonly Minor[] = [0, 1, 2, 3];

export const knownVersions = [
  'tosca_simple_yaml_1_0',
  'tosca_simple_yaml_1_1',
  'tosca_simple_yaml_1_2',
  'tosca_simple_yaml_1_3',
];
