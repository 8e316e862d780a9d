import './deployments.css';
import { stepNameIn } from '@pileus/model/step-name';
import { useVirtualizer } from '@tanstack/react-virtual';
import { App, Button, Input, Select, Switch } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LogLine, Step } from '../../api/types.ts';
import { moment, timeOfDay } from '../../format/time.ts';
import { useLanguage } from '../../i18n/index.ts';
import { Bones } from '../../parts/Bones.tsx';
import { copy } from '../../parts/copy.ts';
import { Icon } from '../../parts/Icon.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { filterLines, keyOf, type LogFilter } from './log-lines.ts';
import { useLog } from './use-log.ts';

interface LogViewProps {
  readonly deployment: string;
  readonly run: string | undefined;
  readonly nodes: readonly string[];
  /** Steps of the run that is looked at, to choose one. */
  readonly steps: readonly Step[];
  readonly filter: Pick<LogFilter, 'run' | 'node' | 'step'>;
  readonly onFilter: (filter: Pick<LogFilter, 'run' | 'node' | 'step'>) => void;
}

/** One stream of lines of all nodes; filtered by node, step, text and errors, following its end unless one scrolls up. */
export function LogView({ deployment, run, nodes, steps, filter, onFilter }: LogViewProps) {
  const language = useLanguage();
  const { t } = useTranslation();
  const { message } = App.useApp();
  const log = useLog(deployment, run);
  const [text, setText] = useState('');
  const [wrap, setWrap] = useState(false);
  const [follow, setFollow] = useState(true);
  const [onlyErrors, setOnlyErrors] = useState(false);
  const { run: ofRun, node, step } = filter;
  const lines = useMemo(
    () => filterLines(log.lines, { run: ofRun, node, step, text, onlyErrors }),
    [log.lines, ofRun, node, step, text, onlyErrors],
  );
  const copyAll = () => void copy(lines.map(written).join('\n')).then(() => message.success(t('deployment.logCopied')));
  return (
    <div className={`panel log ${wrap ? 'wrapped' : ''}`}>
      <div className="bar">
        <Select
          style={{ minWidth: 160 }}
          allowClear
          placeholder={t('deployment.allNodes')}
          aria-label={t('deployment.allNodes')}
          options={nodes.map((value) => ({ value, label: value }))}
          value={node ?? null}
          onChange={(value) => onFilter({ ...filter, node: value ?? undefined })}
        />
        <Select
          style={{ width: 220 }}
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          popupMatchSelectWidth={false}
          placeholder={t('deployment.allSteps')}
          aria-label={t('deployment.allSteps')}
          options={steps.map((one) => ({ value: one.key, label: stepNameIn(language, one.name) }))}
          value={step ?? null}
          onChange={(value) => onFilter({ ...filter, step: value ?? undefined })}
        />
        <Input
          style={{ width: 180 }}
          allowClear
          prefix={<Icon name="search" size={14} />}
          placeholder={t('deployment.filterText')}
          aria-label={t('deployment.filterText')}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <label className="row">
          <Switch size="small" checked={onlyErrors} onChange={setOnlyErrors} aria-label={t('deployment.onlyErrors')} />{' '}
          {t('deployment.onlyErrors')}
        </label>
        <div className="end">
          <label className="row">
            <Switch size="small" checked={wrap} onChange={setWrap} aria-label={t('deployment.wrap')} />{' '}
            {t('deployment.wrap')}
          </label>
          <label className="row" title={t('deployment.followHint')}>
            <Switch size="small" checked={follow} onChange={setFollow} aria-label={t('deployment.follow')} />{' '}
            {t('deployment.follow')}
          </label>
          <Button size="small" icon={<Icon name="copy" size={14} />} onClick={copyAll}>
            {t('action.copy')}
          </Button>
        </div>
      </div>
      {log.error && (
        <div style={{ padding: 12 }}>
          <ProblemBox error={log.error} retry={log.reload} />
        </div>
      )}
      {lines.length === 0 && log.loading && <Bones lines={6} />}
      {lines.length === 0 && !log.loading && !log.error && (
        <Nothing icon="terminal" text={t(log.lines.length > 0 ? 'common.notFoundFilter' : 'deployment.noLogs')} />
      )}
      {lines.length > 0 && <Lines of={lines} follow={follow} onFollow={setFollow} />}
    </div>
  );
}

function Lines({
  of,
  follow,
  onFollow,
}: {
  of: readonly LogLine[];
  follow: boolean;
  onFollow: (follow: boolean) => void;
}) {
  const { t } = useTranslation();
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: of.length,
    getScrollElement: () => frame.current,
    estimateSize: () => 20,
    overscan: 30,
  });
  useEffect(() => {
    if (follow) rows.scrollToIndex(of.length - 1, { align: 'end' });
  }, [follow, of.length, rows]);
  const atEnd = (element: HTMLElement) => element.scrollHeight - element.scrollTop - element.clientHeight < 40;
  return (
    <div
      className="lines"
      ref={frame}
      tabIndex={0}
      role="log"
      aria-live="off"
      aria-label={t('deployment.logs')}
      onWheel={(event) => {
        // Scrolling up reads back; reaching the end follows again.
        if (event.deltaY < 0) onFollow(false);
        else if (atEnd(event.currentTarget)) onFollow(true);
      }}
    >
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map((row) => {
          const line = of[row.index];
          if (!line) return null;
          return (
            <div
              key={keyOf(line)}
              data-index={row.index}
              ref={rows.measureElement}
              className={`line ${line.stream === 'note' ? 'said' : line.stream}`}
              style={{ position: 'absolute', top: 0, left: 0, right: 0, transform: `translateY(${row.start}px)` }}
            >
              <span className="at" title={moment(line.at)}>
                {timeOfDay(line.at)}
              </span>
              <span className="node ellipsis" title={line.step}>
                {line.node ?? ''}
              </span>
              <span className="text">{line.text}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}

function written(line: LogLine): string {
  return `${line.at}  ${line.node ?? '-'}  ${line.stream === 'err' ? '! ' : ''}${line.text}`;
}
