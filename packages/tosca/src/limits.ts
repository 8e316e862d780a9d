/** What a template may cost to read. Everything past a limit is refused with a sentence, never tried. */
export interface Limits {
  readonly bytesPerFile: number;
  /** Maps and lists inside one another. */
  readonly depth: number;
  /** YAML values of one file, every alias counted as what it stands for. */
  readonly valuesPerFile: number;
  /** Files read for one template. */
  readonly imports: number;
}

export const defaultLimits: Limits = {
  bytesPerFile: 1024 * 1024,
  depth: 64,
  valuesPerFile: 1_000_000,
  imports: 1_000,
};

/** What a package (CSAR) may hold, for whoever unpacks it. */
export const packageLimits = {
  files: 2_000,
  bytesPerFile: 64 * 1024 * 1024,
  bytes: 256 * 1024 * 1024,
  /** Unpacked bytes per packed byte. */
  ratio: 200,
  pathLength: 512,
} as const;
