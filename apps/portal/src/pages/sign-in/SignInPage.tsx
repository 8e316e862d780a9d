import './sign-in.css';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Button, Form, Input } from 'antd';
import { useEffect, useEffectEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { refresh, useAct } from '../../api/query.ts';
import { Icon } from '../../parts/Icon.tsx';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { LanguageMenu, ThemeMenu } from '../../shell/Head.tsx';
import { usedLink } from '../../shell/sign-in-link.ts';
import { Clouds } from './Clouds.tsx';

const route = getRouteApi('/sign-in');

export default function SignInPage() {
  const { t } = useTranslation();
  const { next } = route.useSearch();
  const navigate = useNavigate();
  const signIn = useAct('post /sessions');
  const [byLink, setByLink] = useState(false);
  const enter = async (body: { name: string; password: string } | { link: string }) => {
    await signIn.mutateAsync({ body: { ...body, kind: 'browser' } });
    await refresh('get /me');
    await navigate({ to: localPath(next), replace: true });
  };
  const enterByLink = useEffectEvent(() => {
    const link = usedLink();
    if (!link) return;
    setByLink(true);
    enter({ link }).catch(() => {});
  });
  // The link is there once, when the page opens.
  useEffect(() => enterByLink(), []);
  useEffect(() => {
    document.title = `${t('signIn.title')} · Pileus`;
  }, [t]);
  return (
    <div className="sign-in">
      <section className="poster" aria-hidden="true">
        <Clouds />
        <div className="words">
          <p className="tagline">{t('product.tagline')}</p>
          <ul>
            {(['point1', 'point2', 'point3'] as const).map((point) => (
              <li key={point}>
                <Icon name="check" /> {t(`signIn.${point}`)}
              </li>
            ))}
          </ul>
        </div>
      </section>
      <main>
        <div className="head tools">
          <LanguageMenu />
          <ThemeMenu />
        </div>
        <div className="form">
          <img src="/pileus.svg" alt="" width="40" height="40" />
          <h1>{t('signIn.title')}</h1>
          <p className="quiet">{byLink && signIn.isPending ? t('signIn.byLink') : t('signIn.hint')}</p>
          {signIn.error && <SignInProblem error={signIn.error} byLink={byLink} />}
          <Form
            layout="vertical"
            requiredMark={false}
            disabled={signIn.isPending}
            onFinish={(given: { name: string; password: string }) => {
              setByLink(false);
              enter(given).catch(() => {});
            }}
          >
            <Form.Item
              name="name"
              label={t('signIn.name')}
              rules={[{ required: true, message: t('signIn.nameNeeded') }]}
            >
              <Input size="large" autoComplete="username" autoFocus />
            </Form.Item>
            <Form.Item
              name="password"
              label={t('signIn.password')}
              rules={[{ required: true, message: t('signIn.passwordNeeded') }]}
            >
              <Input.Password size="large" autoComplete="current-password" />
            </Form.Item>
            <Button type="primary" htmlType="submit" size="large" block loading={signIn.isPending}>
              {t('signIn.submit')}
            </Button>
          </Form>
          <p className="quiet small">{t('signIn.firstTime')}</p>
        </div>
      </main>
    </div>
  );
}

function SignInProblem({ error, byLink }: { error: Error; byLink: boolean }) {
  const { t } = useTranslation();
  return <ProblemBox error={error} {...(byLink && { title: t('signIn.linkRefused') })} />;
}

/** Only a path of this portal: an address of another site would send people away right after they signed in. */
function localPath(next: string | undefined): string {
  return next?.startsWith('/') && !next.startsWith('//') && !next.startsWith('/\\') ? next : '/';
}
