import { a1 } from './a1.ts';
import { b1 } from './b1.ts';
import { b2 } from './b2.ts';
import { b3 } from './b3.ts';
import { b4 } from './b4.ts';
import { b5 } from './b5.ts';
import { b6 } from './b6.ts';
import { l1 } from './l1.ts';
import type { Bench } from './report.ts';

export const benches: readonly Bench[] = [a1, b1, b2, b3, b4, b5, b6, l1];
