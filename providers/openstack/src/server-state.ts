import type { ResourceState } from '@pileus/model';
import type { Server } from './answers.ts';

/** Nova's `status` says what the server is, `task_state` what is being done to it. */
export function stateOf(item: Server): ResourceState {
  const task = item['OS-EXT-STS:task_state'];
  if (task === 'deleting' || task === 'soft-deleting') return 'deleting';
  const state = states[item.status] ?? 'unknown';
  return task && (state === 'running' || state === 'stopped') ? 'changing' : state;
}

const states: Readonly<Record<string, ResourceState>> = {
  BUILD: 'creating',
  ACTIVE: 'running',
  SHUTOFF: 'stopped',
  PAUSED: 'stopped',
  SUSPENDED: 'stopped',
  SHELVED: 'stopped',
  SHELVED_OFFLOADED: 'stopped',
  REBOOT: 'changing',
  HARD_REBOOT: 'changing',
  RESIZE: 'changing',
  VERIFY_RESIZE: 'changing',
  REVERT_RESIZE: 'changing',
  MIGRATING: 'changing',
  REBUILD: 'changing',
  PASSWORD: 'changing',
  RESCUE: 'changing',
  ERROR: 'failed',
  DELETED: 'deleting',
  SOFT_DELETED: 'deleting',
};
