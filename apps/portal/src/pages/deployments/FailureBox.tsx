import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Run, Step } from '../../api/types.ts';
import { useLanguage } from '../../i18n/index.ts';
import { Icon } from '../../parts/Icon.tsx';
import { advice, failureSentence } from '../../parts/problem.ts';

/** Why a run failed: the sentence, the step, and what to do about it. */
export function FailureBox({ run, steps }: { run: Run; steps: readonly Step[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const failed = steps.find((step) => step.state === 'failed');
  const failure = failed?.failure ?? run.failure;
  if (!failure) return null;
  return (
    <div className="problem" role="alert">
      <Icon name="failed" size={20} />
      <div className="text">
        <span className="small">
          {failed ? t('deployment.failedAt', { step: failed.name }) : t('deployment.failed')}
        </span>
        <strong>{failureSentence(failure, language, t)}</strong>
        {failure.problems && (
          <ul>
            {failure.problems.map((problem) => (
              <li key={problem.at + problem.message}>
                <code>{problem.at}</code> {problem.message}
              </li>
            ))}
          </ul>
        )}
        <span className="small">
          {t('deployment.whatToDo')}
          {language === 'zh-CN' ? '：' : ': '}
          {advice(failure, t)}{' '}
          {run.deployment && failed && (
            <Link
              to="/deployments/$deployment"
              params={{ deployment: run.deployment }}
              search={{ tab: 'logs', ...(failed.node && { node: failed.node }) }}
            >
              {t('deployment.showLog')}
            </Link>
          )}
        </span>
      </div>
    </div>
  );
}
