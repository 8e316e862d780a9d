import '../deployments.css';
import { stepNameIn } from '@pileus/model/step-name';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Button } from 'antd';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Plan } from '../../../api/types.ts';
import { useLanguage } from '../../../i18n/index.ts';
import { SearchBox } from '../../../parts/Filters.tsx';
import { Icon } from '../../../parts/Icon.tsx';
import { Nothing } from '../../../parts/Nothing.tsx';
import { kindTitle } from '../../../parts/problem.ts';
import { signs, tones } from './action-looks.ts';
import { countKey, dependentsOf, groupsOf, mostOpen, type PlanFilter, type PlanGroup, rowsOf } from './plan-rows.ts';
import { StepRow } from './StepRow.tsx';

interface PlanStepsProps {
  readonly plan: Plan;
  /** Shows the steps of one node of the template only. */
  readonly node?: string | undefined;
  readonly onNode?: (node: string | undefined) => void;
  /** Room for the list, as CSS. */
  readonly height?: string;
}

/** Everything a plan will do, so that a person can approve it: counts that filter, and the steps by instance. */
export function PlanSteps({ plan, node, onNode, height = 'max(320px, calc(100vh - 340px))' }: PlanStepsProps) {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<PlanFilter>({});
  const groups = useMemo(() => groupsOf(plan, { ...filter, node }), [plan, filter, node]);
  const isFiltered = node !== undefined || filter.count !== undefined || (filter.text ?? '') !== '';
  if (plan.steps.length === 0) return <Nothing icon="ok" text={t('plan.nothingToDo')} />;
  return (
    <div className="plan-steps">
      <div className="filters">
        <Counts plan={plan} chosen={filter.count} onChoose={(count) => setFilter((before) => ({ ...before, count }))} />
        <div className="end">
          {node !== undefined && (
            <Button size="small" onClick={() => onNode?.(undefined)} icon={<Icon name="cross" size={12} />}>
              {node}
            </Button>
          )}
          <SearchBox
            value={filter.text}
            hint={t('plan.filterHint')}
            width={210}
            onChange={(text) => setFilter((before) => ({ ...before, text }))}
          />
        </div>
      </div>
      {groups.length === 0 ? (
        <Nothing icon="search" text={t('common.notFoundFilter')} />
      ) : (
        // Another filter begins at the top, with its own idea of what is open.
        <Groups
          key={`${node ?? ''} ${filter.count ?? ''} ${filter.text ?? ''}`}
          plan={plan}
          groups={groups}
          startOpen={isFiltered || plan.steps.length <= mostOpen}
          height={height}
        />
      )}
    </div>
  );
}

/** How many of each kind a plan makes, changes, replaces or removes; each filters the steps when pressed. */
function Counts({
  plan,
  chosen,
  onChoose,
}: {
  plan: Plan;
  chosen: string | undefined;
  onChoose: (count: string | undefined) => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="counts" role="group" aria-label={t('plan.counts')}>
      {plan.counts.map((one) => {
        const key = countKey(one);
        return (
          <button
            key={key}
            type="button"
            className={`count ${tones[one.action]}`}
            aria-pressed={key === chosen}
            onClick={() => onChoose(key === chosen ? undefined : key)}
          >
            <b>
              <span aria-hidden="true">{signs[one.action]}</span>
              {one.count}
            </b>
            {one.action === 'run' ? kindTitle('script', t) : `${t(`plan.${one.action}`)} ${kindTitle(one.what, t)}`}
          </button>
        );
      })}
    </div>
  );
}

interface GroupsProps {
  readonly plan: Plan;
  readonly groups: readonly PlanGroup[];
  readonly startOpen: boolean;
  readonly height: string;
}

function Groups({ plan, groups, startOpen, height }: GroupsProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const frame = useRef<HTMLDivElement>(null);
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => rowsOf(groups, (node) => startOpen !== turned.has(node)), [groups, startOpen, turned]);
  const dependents = useMemo(() => dependentsOf(plan.steps), [plan]);
  const titles = useMemo(
    () => new Map(plan.steps.map((step) => [step.key, stepNameIn(language, step.title)])),
    [plan, language],
  );
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: (index) => (rows[index]?.is === 'group' ? 38 : 40),
    getItemKey: (index) => {
      const row = rows[index];
      return row?.is === 'step' ? `step ${row.step.key}` : `group ${row?.group.node ?? index}`;
    },
    overscan: 12,
  });
  return (
    <div
      className="rows"
      ref={frame}
      style={{ maxHeight: height }}
      tabIndex={0}
      role="region"
      aria-label={t('plan.steps')}
    >
      <div style={{ height: list.getTotalSize(), position: 'relative' }}>
        {list.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          return (
            <div
              key={item.key}
              data-index={item.index}
              ref={list.measureElement}
              className="plan-row"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {row.is === 'group' ? (
                <GroupHead
                  group={row.group}
                  isOpen={row.isOpen}
                  onToggle={() => setTurned(turnedOver(turned, row.group.node))}
                />
              ) : (
                <StepRow
                  step={row.step}
                  currency={plan.quote?.currency}
                  titles={titles}
                  dependents={dependents.get(row.step.key) ?? []}
                  isOpen={unfolded.has(row.step.key)}
                  onToggle={() => setUnfolded(turnedOver(unfolded, row.step.key))}
                />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function GroupHead({ group, isOpen, onToggle }: { group: PlanGroup; isOpen: boolean; onToggle: () => void }) {
  const { t } = useTranslation();
  return (
    <button type="button" className="plan-group" aria-expanded={isOpen} onClick={onToggle}>
      <Icon name={isOpen ? 'down' : 'right'} size={14} />
      <code>{group.node}</code>
      <span className="signs">
        {group.actions.map(([action, count]) => (
          <span key={action} className={`sign ${tones[action]}`} title={t(`plan.${action}`)}>
            {signs[action]}
            {count}
          </span>
        ))}
      </span>
      <span className="quiet">{t('plan.total', { count: group.steps.length })}</span>
    </button>
  );
}

function turnedOver(set: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(key)) next.add(key);
  return next;
}
