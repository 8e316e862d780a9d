import type { Finding } from '../../api/types.ts';

/** Whether a person has to decide about it: what was taken in, deleted or is left alone needs nobody. */
export function isOpen({ is, removedAt, ignored }: Pick<Finding, 'is' | 'removedAt' | 'ignored'>): boolean {
  return is !== 'adopted' && removedAt === undefined && ignored === undefined;
}
