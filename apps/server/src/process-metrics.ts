import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Metrics } from '@pileus/model';

/** Milliseconds between two looks. */
const resolution = 20;

/** How this process itself is. */
export function measureProcess(metrics: Metrics, version: string, role: string): void {
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  metrics.gauge('pileus_info', 'What runs here', () => [[{ version, role, node: process.version }, 1]]);
  metrics.gauge(
    'pileus_event_loop_delay_seconds',
    'How late this process comes to its work, since it was last asked',
    () => {
      // It is asked for at intervals, and tells these too.
      const seconds = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e9 - resolution / 1e3);
      const samples = [
        [{ quantile: '0.5' }, seconds(delay.percentile(50))],
        [{ quantile: '0.99' }, seconds(delay.percentile(99))],
        [{ quantile: '1' }, seconds(delay.max)],
      ] as const;
      delay.reset();
      return samples;
    },
  );
  metrics.gauge('pileus_memory_bytes', 'What this process takes up', () => {
    const { rss, heapUsed, external } = process.memoryUsage();
    return [
      [{ of: 'resident' }, rss],
      [{ of: 'heap' }, heapUsed],
      [{ of: 'external' }, external],
    ];
  });
  metrics.gauge('pileus_cpu_seconds', 'Processor time of this process since its start', () => {
    const { user, system } = process.cpuUsage();
    return [
      [{ mode: 'user' }, user / 1e6],
      [{ mode: 'system' }, system / 1e6],
    ];
  });
  metrics.gauge('pileus_start_time_seconds', 'When this process started', () => [
    [{}, Math.round(Date.now() / 1_000 - process.uptime())],
  ]);
}
