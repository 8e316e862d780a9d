import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../../api/query.ts';
import type { Run } from '../../../api/types.ts';
import { useLanguage } from '../../../i18n/index.ts';
import { Icon } from '../../../parts/Icon.tsx';
import { errorSentence } from '../../../parts/problem.ts';
import { usePermission } from '../../../shell/permission.ts';

/** Tries what came to nothing on one instance again, and nothing else of the run. */
export function RetryNode({ run, node }: { run: Run; node: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = usePermission();
  const { message } = App.useApp();
  const resume = useAct('post /runs/{run}/resume', ['get /runs/{run}', 'get /deployments/{deployment}']);
  if (!may('deployment.control') || (run.state !== 'failed' && run.state !== 'cancelled')) return null;
  return (
    <Button
      size="small"
      icon={<Icon name="again" size={13} />}
      loading={resume.isPending}
      title={t('deployment.retryNodeHint', { node })}
      aria-label={`${t('deployment.retryNode')}: ${node}`}
      onClick={() =>
        resume.mutate(
          { params: { run: run.id }, body: { only: [node] } },
          {
            onSuccess: () => void message.success(t('deployment.retrying', { node })),
            onError: (error) => void message.error(errorSentence(error, language, t), 6),
          },
        )
      }
    >
      {t('deployment.retryNode')}
    </Button>
  );
}
