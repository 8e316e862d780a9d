import { expect, test } from 'vitest';
import { sizeOf } from './choices.ts';
import { gigabytes } from './resources.ts';

test('sizes are read as price lists write them', () => {
  expect(sizeOf('2核4G')).toEqual({ cores: 2, megabytes: 4096 });
  expect(sizeOf('4C8G')).toEqual({ cores: 4, megabytes: 8192 });
  expect(sizeOf('1 vCPU 0.5 GB')).toEqual({ cores: 1, megabytes: 512 });
  expect(sizeOf('m1.small')).toBeUndefined();
});

test('a volume is as large as was asked for, or a little larger', () => {
  expect(gigabytes('10 GB')).toBe(10);
  expect(gigabytes('10 GiB')).toBe(10);
  expect(gigabytes('1500 MB')).toBe(2);
  expect(gigabytes('100 MB')).toBe(1);
});
