import { useNavigate } from '@tanstack/react-router';
import type { BodyOf } from '@pileus/api';
import { useAct } from '../../../api/query.ts';

type Wish = BodyOf<'post /deployments/{deployment}/plans'>;

/** Plans a change of a deployment and leads to the plan, where it is looked at and approved. */
export function usePlanChange(deployment: string) {
  const plan = useAct('post /deployments/{deployment}/plans');
  const navigate = useNavigate();
  return {
    isPending: plan.isPending,
    error: plan.error,
    /** Rejects with the problem, which is also kept as `error`. */
    make: async (body: Wish): Promise<void> => {
      const made = await plan.mutateAsync({ params: { deployment }, body });
      await navigate({ to: '/plans/$plan', params: { plan: made.id } });
    },
  };
}
