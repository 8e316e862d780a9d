/** Loaded before a program (`--import`): at its end writes what it has cost to the file named in BENCH_FIGURES. */
import { writeFileSync } from 'node:fs';

/** What a process has used since it began. */
export interface Figures {
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
}

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  const figures: Figures = { cpuSeconds: (user + system) / 1e6, peakMegabytes: process.resourceUsage().maxRSS / 1_024 };
  writeFileSync(process.env['BENCH_FIGURES'] ?? '/dev/null', JSON.stringify(figures));
});
