import { problemIn } from '@pileus/model/failure';
import { ApiProblem } from '@pileus/api/client';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../i18n/index.ts';
import { ChangedMeanwhile } from './ChangedMeanwhile.tsx';
import { Copyable } from './Copyable.tsx';
import { Icon } from './Icon.tsx';
import { errorSentence } from './problem.ts';

/** Why something could not be shown or done: the sentence, its details, the request's id, another try. */
export function ProblemBox({ error, title, retry }: { error: Error; title?: string; retry?: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const problem = error instanceof ApiProblem ? error : undefined;
  const forbidden = problem?.failure.code === 'not-allowed';
  return (
    <div className="problem" role="alert">
      <Icon name={forbidden ? 'lock' : 'failed'} size={20} />
      <div className="text">
        {title && <span className="small">{title}</span>}
        <strong>{errorSentence(error, language, t)}</strong>
        {forbidden && <span className="small">{t('problem.forbiddenHint')}</span>}
        {problem?.failure.code === 'stale' && <ChangedMeanwhile what={String(problem.failure.facts['what'])} />}
        {error instanceof TypeError && <span className="small">{t('problem.unreachableHint')}</span>}
        {problem?.failure.problems && (
          <ul>
            {problem.failure.problems.map((one) => (
              <li key={one.at + one.message}>
                <code>{one.at}</code> {problemIn(language, one)}
              </li>
            ))}
          </ul>
        )}
        {problem?.requestId && (
          <span className="small row">
            {t('problem.requestId')} <Copyable text={problem.requestId} shown />
          </span>
        )}
        {retry && (
          <div>
            <Button size="small" onClick={retry}>
              {t('action.retry')}
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}
