import type { ScalarUnits } from './topology.ts';

/** Scalars with units, §3.3.6: `10 GB`, `4GiB`, `0.5 h`, `2.4 GHz`, `1 Mbps`. */

const size: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KiB: 2 ** 10,
  MB: 1e6,
  MiB: 2 ** 20,
  GB: 1e9,
  GiB: 2 ** 30,
  TB: 1e12,
  TiB: 2 ** 40,
};
const time: Readonly<Record<string, number>> = { d: 86_400, h: 3_600, m: 60, s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9 };
const frequency: Readonly<Record<string, number>> = { Hz: 1, kHz: 1e3, MHz: 1e6, GHz: 1e9 };
const bitrate: Readonly<Record<string, number>> = {
  bps: 1,
  Kbps: 1e3,
  Kibps: 2 ** 10,
  Mbps: 1e6,
  Mibps: 2 ** 20,
  Gbps: 1e9,
  Gibps: 2 ** 30,
  Tbps: 1e12,
  Tibps: 2 ** 40,
  Bps: 8,
  KBps: 8e3,
  KiBps: 8 * 2 ** 10,
  MBps: 8e6,
  MiBps: 8 * 2 ** 20,
  GBps: 8e9,
  GiBps: 8 * 2 ** 30,
  TBps: 8e12,
  TiBps: 8 * 2 ** 40,
};

const units: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'scalar-unit.size': size,
  'scalar-unit.time': time,
  'scalar-unit.frequency': frequency,
  'scalar-unit.bitrate': bitrate,
};

/** The units of a scalar-unit type. */
export function unitsOf(type: string): readonly string[] {
  return Object.keys(units[type] ?? {});
}

/** In the type's base unit: bytes, seconds, hertz or bits per second. Undefined when it is none. */
export function scalarUnit(type: string, text: string): number | undefined {
  const match = /^\s*(-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)\s*([A-Za-z]+)\s*$/.exec(text);
  if (!match) return undefined;
  const unit = match[2] ?? '';
  const table = units[type] ?? {};
  // Units are case-sensitive in §3.3.6.4 but for the examples of the specification itself.
  const name = unit in table ? unit : Object.keys(table).find((known) => known.toLowerCase() === unit.toLowerCase());
  const factor = name === undefined ? undefined : table[name];
  return factor === undefined ? undefined : Number(match[1]) * factor;
}

/** A number with a unit: of which kind, and what one of the unit is in the kind's base unit. Units nobody knows are a kind each. */
export interface Amount {
  readonly kind: string;
  readonly unit: string;
  readonly factor: number;
  /** In the base unit. */
  readonly value: number;
}

export function amountOf(text: string): Amount | undefined {
  const match = /^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(\S+)\s*$/.exec(text);
  const unit = match?.[2] ?? '';
  if (!match || unit === '') return undefined;
  for (const kind of Object.keys(units)) {
    const factor = units[kind]?.[unit];
    if (factor !== undefined) return { kind, unit, factor, value: Number(match[1]) * factor };
  }
  return { kind: unit, unit, factor: 1, value: Number(match[1]) };
}

/** Bytes of a `scalar-unit.size`. */
export function bytesOf(text: string): number | undefined {
  return scalarUnit('scalar-unit.size', text);
}

/** Seconds of a `scalar-unit.time`. */
export function secondsOf(text: string): number | undefined {
  return scalarUnit('scalar-unit.time', text);
}

/** `10 kg` in the canonical unit, and its number alone; undefined where the unit is not one of them. */
export function inUnits(scalar: ScalarUnits, text: string): { value: number; number: number } | undefined {
  const match = /^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|0x[\da-fA-F]+|0o[0-7]+)\s+(\S+)\s*$/.exec(text);
  const factor = match ? scalar.units[match[2] ?? ''] : undefined;
  if (!match || factor === undefined) return undefined;
  const number = Number(match[1]);
  return { value: number * factor, number };
}
