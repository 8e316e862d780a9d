import { expect, test } from 'vitest';
import { createMetrics } from './metrics.ts';

test('what is counted and measured is written as Prometheus reads it', async () => {
  const metrics = createMetrics();
  const counter = metrics.counter('calls_total', 'Calls\nof all kinds');
  counter.add({ route: '/a"b\\c\n', status: '200' });
  counter.add({ route: '/a"b\\c\n', status: '200' }, 2);
  metrics.histogram('call_seconds', 'How long').observe({ route: '/a' }, 0.03);
  metrics.gauge('queue', 'Depth', async () => [
    [{}, 3],
    [{ of: 'jobs' }, 0.5],
  ]);
  metrics.gauge('broken', 'Cannot be had', () => Promise.reject(new Error('no database')));
  const text = await metrics.text();
  expect(text).toContain(
    '# HELP calls_total Calls\\nof all kinds\n# TYPE calls_total counter\ncalls_total{route="/a\\"b\\\\c\\n",status="200"} 3\n',
  );
  expect(text).toContain('call_seconds_bucket{route="/a",le="0.025"} 0\ncall_seconds_bucket{route="/a",le="0.05"} 1\n');
  expect(text).toContain('call_seconds_bucket{route="/a",le="+Inf"} 1\ncall_seconds_sum{route="/a"} 0.03\n');
  expect(text).toContain('queue 3\nqueue{of="jobs"} 0.5\n');
  expect(text).not.toContain('broken');
  expect(() => metrics.counter('calls_total', 'again')).toThrow('declared twice');
});
