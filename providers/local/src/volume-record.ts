import { join } from 'node:path';
import type { Ref } from '@pileus/model';
import { z } from 'zod';
import { isRef, readRecord, type Place } from './place.ts';

const VolumeRecord = z.object({
  ref: z.string(),
  name: z.string(),
  token: z.string(),
  gigabytes: z.number(),
  createdAt: z.coerce.date(),
});
export type VolumeRecord = z.infer<typeof VolumeRecord>;

export const recordIn = (place: Place, ref: Ref): string => join(place.volumes, ref, 'volume.json');

export async function findVolume(place: Place, ref: Ref): Promise<VolumeRecord | undefined> {
  return isRef(ref) ? readRecord(VolumeRecord, recordIn(place, ref)) : undefined;
}
