import './deployments.css';
import { stepNameIn } from '@pileus/model/step-name';
import { Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunDetail, Step } from '../../api/types.ts';
import { span as lasting } from '../../format/time.ts';
import { useLanguage } from '../../i18n/index.ts';
import { Choice, SearchBox } from '../../parts/Filters.tsx';
import { type Column, Table } from '../../parts/Listing.tsx';
import { Lasting, useNow } from '../../parts/Moment.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { failureSentence } from '../../parts/problem.ts';
import { isAtWork, stateLooks } from '../../parts/state.ts';
import { StateTag } from '../../parts/StateTag.tsx';
import { RetryNode } from './change/RetryNode.tsx';
import { filterSteps, type StepFilter } from './failures.ts';
import { barOf, extentOf } from './gantt.ts';

/** The steps of a run on a line of time, to be filtered by node, text, and by having failed. */
export function Gantt({ run, canRetry = false }: { run: RunDetail; canRetry?: boolean }) {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<StepFilter>({});
  const steps = filterSteps(run.steps, filter);
  const nodes = [...new Set(run.steps.flatMap(({ node }) => node ?? []))];
  const language = useLanguage();
  const now = useNow(isAtWork(run.state) ? 1000 : undefined);
  const extent = extentOf(run, now);
  const columns: Column<Step>[] = [
    {
      key: 'name',
      title: t('deployment.step'),
      long: 'wrap',
      cell: (step) => (
        <div className="main-cell">
          <span>{stepNameIn(language, step.name)}</span>
          {step.failure && <span className="step-why">{failureSentence(step.failure, language)}</span>}
          {canRetry && step.state === 'failed' && step.node !== undefined && (
            <span>
              <RetryNode run={run} node={step.node} />
            </span>
          )}
        </div>
      ),
    },
    { key: 'node', title: t('deployment.node'), width: 130, cell: (step) => step.node && <code>{step.node}</code> },
    { key: 'state', title: t('common.state'), width: 110, cell: (step) => <StateTag state={step.state} of="step" /> },
    {
      key: 'bar',
      width: '34%',
      title: (
        <span className="gantt-scale">
          <span>0</span>
          <span>{lasting((extent.end - extent.start) / 2, language)}</span>
          <span>{lasting(extent.end - extent.start, language)}</span>
        </span>
      ),
      cell: (step) => <Bar step={step} extent={extent} />,
    },
    {
      key: 'duration',
      title: t('deployment.duration'),
      width: 100,
      align: 'end',
      cell: (step) => <Lasting from={step.startedAt} to={endOf(step, run)} />,
    },
    {
      key: 'attempt',
      title: t('deployment.attempt'),
      width: 70,
      align: 'end',
      cell: (step) => (step.attempt > 0 ? step.attempt : ''),
    },
  ];
  return (
    <>
      <div className="filters inside">
        <Choice
          value={filter.node}
          any={t('deployment.allNodes')}
          options={nodes.map((value) => ({ value, label: value }))}
          onChange={(node) => setFilter((before) => ({ ...before, node }))}
        />
        <SearchBox
          value={filter.text}
          hint={t('deployment.filterSteps')}
          width={200}
          onChange={(text) => setFilter((before) => ({ ...before, text }))}
        />
        <label className="row">
          <Switch
            size="small"
            checked={filter.onlyFailed ?? false}
            aria-label={t('deployment.onlyFailed')}
            onChange={(onlyFailed) => setFilter((before) => ({ ...before, onlyFailed }))}
          />
          {t('deployment.onlyFailed')}
        </label>
      </div>
      {steps.length === 0 ? (
        <Nothing icon="search" text={t('common.notFoundFilter')} />
      ) : (
        <Table items={steps} columns={columns} rowKey={(step) => step.key} label={t('deployment.steps')} />
      )}
    </>
  );
}

function Bar({ step, extent }: { step: Step; extent: { start: number; end: number } }) {
  const bar = barOf(step, extent);
  if (!bar) return <div className="gantt" />;
  const tone = step.state === 'started' ? 'busy' : stateLooks[step.state].tone;
  return (
    <div className="gantt" aria-hidden="true">
      <span className={`span ${tone}`} style={{ left: `${bar.left}%`, width: `${bar.width}%` }} />
    </div>
  );
}

/** A step of a run that has ended lasts no longer than the run. */
function endOf(step: Step, run: RunDetail): string | undefined {
  return step.endedAt ?? run.endedAt;
}
