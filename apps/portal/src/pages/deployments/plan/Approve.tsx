import { actionOfChange } from '@pileus/api';
import { useNavigate } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient, reading, useAct } from '../../../api/query.ts';
import type { Plan } from '../../../api/types.ts';
import { Icon } from '../../../parts/Icon.tsx';
import { ProblemBox } from '../../../parts/ProblemBox.tsx';
import { usePermission } from '../../../shell/permission.ts';

/** Approves exactly the plan that is shown, with a word on why for the history. */
export function Approve({ plan, expired }: { plan: Plan; expired: boolean }) {
  const { t } = useTranslation();
  const may = usePermission();
  const navigate = useNavigate();
  const [note, setNote] = useState('');
  const apply = useAct('post /deployments', [
    'get /deployments',
    'get /deployments/{deployment}/revisions',
    'get /runs',
  ]);
  if (!may(actionOfChange[plan.action])) return <p className="quiet">{t('plan.mayNot')}</p>;
  const start = async () => {
    const why = note.trim();
    const { deployment } = await apply.mutateAsync({
      body: { plan: plan.id, hash: plan.hash, ...(why !== '' && { note: why }) },
    });
    // What was read before does not know the run yet, and would look as if nothing had begun.
    await queryClient.fetchQuery({
      ...reading('get /deployments/{deployment}', { params: { deployment } }),
      staleTime: 0,
    });
    await navigate({ to: '/deployments/$deployment', params: { deployment }, search: {} });
  };
  return (
    <form
      className="approve"
      onSubmit={(event) => {
        event.preventDefault();
        void start().catch(() => {});
      }}
    >
      <Input
        value={note}
        maxLength={1000}
        disabled={expired}
        aria-label={t('plan.note')}
        placeholder={t('plan.note')}
        onChange={(event) => setNote(event.target.value)}
      />
      <Button
        type="primary"
        htmlType="submit"
        danger={plan.action === 'delete'}
        icon={<Icon name="play" size={14} />}
        disabled={expired}
        loading={apply.isPending}
      >
        {t('plan.apply')}
      </Button>
      {apply.error && <ProblemBox error={apply.error} />}
    </form>
  );
}
