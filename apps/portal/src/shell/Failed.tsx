import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Nothing } from '../parts/Nothing.tsx';
import { Page } from '../parts/Page.tsx';
import { ProblemBox } from '../parts/ProblemBox.tsx';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Page title={t('problem.notFound')}>
      <div className="panel">
        <Nothing icon="search" text={t('problem.notFoundHint')}>
          <Link to="/">{t('problem.goHome')}</Link>
        </Nothing>
      </div>
    </Page>
  );
}

/** Stands in the place of a page that threw. */
export function Broken({ error }: ErrorComponentProps) {
  const { t } = useTranslation();
  const router = useRouter();
  return (
    <Page title={t('problem.title')} width="narrow">
      <ProblemBox
        error={error instanceof Error ? error : new Error(String(error))}
        retry={() => void router.invalidate()}
      />
    </Page>
  );
}
