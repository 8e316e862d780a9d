import { b4 } from './b4.ts';
import type { Bench } from './report.ts';

export const benches: readonly Bench[] = [b4];
