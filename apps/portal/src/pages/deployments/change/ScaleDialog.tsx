import { Button, InputNumber, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeploymentDetail } from '../../../api/types.ts';
import { useLanguage } from '../../../i18n/index.ts';
import { Icon } from '../../../parts/Icon.tsx';
import { type Column, Table } from '../../../parts/Listing.tsx';
import { ProblemBox } from '../../../parts/ProblemBox.tsx';
import { usePlanChange } from './use-plan-change.ts';

type Group = DeploymentDetail['scaling'][number];

/** How many there are to be of each node that can be counted. */
export default function ScaleDialog({ deployment, onClose }: { deployment: DeploymentDetail; onClose: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const plan = usePlanChange(deployment.id);
  const [counts, setCounts] = useState<Readonly<Record<string, number>>>({});
  const changed = Object.fromEntries(
    deployment.scaling.flatMap(({ node, count }) => {
      const wanted = counts[node] ?? count;
      return wanted === count ? [] : [[node, wanted] as const];
    }),
  );
  const columns: Column<Group>[] = [
    {
      key: 'node',
      title: t('deployment.node'),
      cell: ({ node, members }) => {
        const others = members.filter((member) => member !== node);
        return (
          <div className="main-cell">
            <code>{node}</code>
            {others.length > 0 && (
              <span className="sub">
                {t('change.scaledTogether', { nodes: others.join(language === 'zh-CN' ? '、' : ', ') })}
              </span>
            )}
          </div>
        );
      },
    },
    { key: 'now', title: t('change.countNow'), width: 90, align: 'end', cell: ({ count }) => count },
    {
      key: 'count',
      title: t('change.count'),
      width: 210,
      cell: (group) => (
        <Stepper
          group={group}
          value={counts[group.node] ?? group.count}
          onChange={(count) => setCounts((before) => ({ ...before, [group.node]: count }))}
        />
      ),
    },
  ];
  return (
    <Modal
      open
      width={620}
      title={t('change.scaleTitle', { name: deployment.name })}
      onCancel={onClose}
      cancelText={t('action.close')}
      okText={t('change.submit')}
      okButtonProps={{ disabled: Object.keys(changed).length === 0, loading: plan.isPending }}
      onOk={() => void plan.make({ action: 'scale', counts: changed }).catch(() => {})}
    >
      <div className="stack" style={{ gap: 12 }}>
        <p className="quiet">{t('change.planNext')}</p>
        <div className="panel">
          <Table items={deployment.scaling} columns={columns} rowKey={({ node }) => node} label={t('change.scale')} />
        </div>
        {plan.error && <ProblemBox error={plan.error} />}
      </div>
    </Modal>
  );
}

function Stepper({ group, value, onChange }: { group: Group; value: number; onChange: (count: number) => void }) {
  const { t } = useTranslation();
  const { node, min, max } = group;
  return (
    <div className="main-cell">
      <span className="stepper">
        <Button
          aria-label={t('change.fewer', { node })}
          disabled={value <= min}
          icon={<Icon name="minus" size={14} />}
          onClick={() => onChange(value - 1)}
        />
        <InputNumber
          controls={false}
          precision={0}
          min={min}
          {...(max !== undefined && { max })}
          value={value}
          aria-label={`${t('change.count')} ${node}`}
          onChange={(count) => typeof count === 'number' && onChange(count)}
        />
        <Button
          aria-label={t('change.another', { node })}
          disabled={max !== undefined && value >= max}
          icon={<Icon name="plus" size={14} />}
          onClick={() => onChange(value + 1)}
        />
      </span>
      <span className="sub">
        {max === undefined ? t('change.atLeast', { min }) : t('change.between', { min, max })}
      </span>
    </div>
  );
}
