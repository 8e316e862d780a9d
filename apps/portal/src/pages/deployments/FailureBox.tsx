import { problemIn } from '@pileus/model/failure';
import { stepNameIn } from '@pileus/model/step-name';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../api/query.ts';
import type { Run, Step } from '../../api/types.ts';
import { useLanguage } from '../../i18n/index.ts';
import { Icon } from '../../parts/Icon.tsx';
import { advice, failureSentence } from '../../parts/problem.ts';
import { RetryNode } from './change/RetryNode.tsx';
import { failuresOf } from './failures.ts';
import { lastLinesOf } from './log-lines.ts';

/** Why a run failed: the first failure with its node, what its log says at the end, and what to do about it. */
export function FailureBox({ run, steps, canRetry = false }: { run: Run; steps: readonly Step[]; canRetry?: boolean }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [first, ...others] = failuresOf(steps);
  const failure = first?.failure ?? run.failure;
  if (!failure) return null;
  return (
    <div className="problem" role="alert">
      <Icon name="failed" size={20} />
      <div className="text">
        <span className="small">
          {first ? t('deployment.failedAt', { step: stepNameIn(language, first.name) }) : t('deployment.failed')}
          {first?.node && (
            <>
              {' · '}
              <code>{first.node}</code>
            </>
          )}
        </span>
        <strong>{failureSentence(failure, language)}</strong>
        {failure.problems && (
          <ul>
            {failure.problems.map((problem) => (
              <li key={problem.at + problem.message}>
                <code>{problem.at}</code> {problemIn(language, problem)}
              </li>
            ))}
          </ul>
        )}
        {first && run.deployment && <LastLines deployment={run.deployment} step={first} />}
        <span className="small">
          {t('deployment.whatToDo')}
          {language === 'zh-CN' ? '：' : ': '}
          {advice(failure, t)}{' '}
          {run.deployment && first && (
            <Link
              to="/deployments/$deployment"
              params={{ deployment: run.deployment }}
              search={{ tab: 'logs', run: run.id, step: first.key }}
            >
              {t('deployment.showLog')}
            </Link>
          )}
        </span>
        {canRetry && first?.node !== undefined && (
          <div>
            <RetryNode run={run} node={first.node} />
          </div>
        )}
        {others.length > 0 && run.deployment && (
          <span className="small">
            {t('deployment.otherFailures', { count: others.length })}{' '}
            <Link
              to="/deployments/$deployment"
              params={{ deployment: run.deployment }}
              search={{ tab: 'steps', run: run.id }}
            >
              {t('deployment.steps')}
            </Link>
          </span>
        )}
      </div>
    </div>
  );
}

/** The end of a failed step's log, where its reason stands. */
function LastLines({ deployment, step }: { deployment: string; step: Step }) {
  const log = useRead('get /deployments/{deployment}/logs', {
    params: { deployment },
    query: { run: step.run, limit: 5000, ...(step.node !== undefined && { node: step.node }) },
  });
  const lines = lastLinesOf(log.data?.items ?? [], step.key, 8);
  if (lines.length === 0) return null;
  return (
    <pre className="last-lines" tabIndex={0}>
      {lines.map((line) => (
        <span key={line.seq} className={line.stream}>
          {line.text}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}
