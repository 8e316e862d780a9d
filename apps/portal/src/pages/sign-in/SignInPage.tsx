import './sign-in.css';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Button, Form, Input } from 'antd';
import { useEffect, useEffectEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AnswerOf, BodyOf } from '@pileus/api';
import { queryClient, reading, useAct, useRead } from '../../api/query.ts';
import { Icon } from '../../parts/Icon.tsx';
import { knowsPasskeys, showPasskey } from '../../parts/passkey.ts';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { LanguageMenu, ThemeMenu } from '../../shell/Head.tsx';
import { leaveFor, usedAnswer } from '../../shell/came-back.ts';
import { localPath } from '../../shell/local-path.ts';
import { usedLink } from '../../shell/sign-in-link.ts';
import { Clouds } from './Clouds.tsx';
import { type Method, Methods } from './Methods.tsx';
import { SecondFactor } from './SecondFactor.tsx';

const route = getRouteApi('/sign-in');

export default function SignInPage() {
  const { t } = useTranslation();
  const { next, organization } = route.useSearch();
  const navigate = useNavigate();
  const signIn = useAct('post /sessions');
  const begin = useAct('post /sessions/passkey');
  const leaving = useAct('post /sessions/oidc');
  const place = organization === undefined ? {} : { organization };
  const offered = useRead('get /sign-in', { query: place });
  const [directory, setDirectory] = useState<Method>();
  const [byLink, setByLink] = useState(false);
  const [cancelled, setCancelled] = useState(false);
  const [wants, setWants] = useState<AnswerOf<'post /sessions'>['wants']>();
  const enter = async (body: BodyOf<'post /sessions'>) => {
    setCancelled(false);
    const { user, wants: more } = await signIn.mutateAsync({ body: { ...body, kind: 'browser' } });
    setWants(more);
    if (!user) return;
    await queryClient.fetchQuery({ ...reading('get /me', {}), staleTime: 0 });
    await navigate({ to: localPath(next), replace: true });
  };
  const enterByPasskey = async (challenge?: string) => {
    setByLink(false);
    const asked = challenge === undefined ? {} : { challenge };
    const { ceremony, options } = await begin.mutateAsync({ body: asked });
    const passkey = await showPasskey(options);
    if (passkey) await enter({ ...asked, ceremony, passkey });
    else setCancelled(true);
  };
  const choose = async (method: Method | undefined) => {
    signIn.reset();
    if (method?.kind !== 'oidc') return setDirectory(method);
    const { url, attempt } = await leaving.mutateAsync({ body: { method: method.id } });
    leaveFor(url, attempt, next);
  };
  const enterAtOnce = useEffectEvent(() => {
    const answer = usedAnswer();
    if (answer) enter(answer).catch(() => {});
    const link = usedLink();
    if (!link) return;
    setByLink(true);
    enter({ link }).catch(() => {});
  });
  // A link or an identity provider's answer is there once, when the page opens.
  useEffect(() => enterAtOnce(), []);
  useEffect(() => {
    document.title = `${t('signIn.title')} · Pileus`;
  }, [t]);
  const error = signIn.error ?? begin.error ?? leaving.error;
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
          <p className="quiet">
            {wants
              ? t('security.secondHint')
              : byLink && signIn.isPending
                ? t('signIn.byLink')
                : directory
                  ? t('methods.directoryHint', { title: directory.title })
                  : t('signIn.hint')}
          </p>
          {error && <SignInProblem error={error} byLink={byLink && !wants} />}
          {cancelled && <p className="note warn">{t('security.passkeyCancelled')}</p>}
          {wants && (
            <SecondFactor
              wants={wants}
              busy={signIn.isPending}
              onCode={(code) => void enter({ challenge: wants.challenge, code }).catch(() => {})}
              onPasskey={() => void enterByPasskey(wants.challenge).catch(() => {})}
              onBack={() => {
                setWants(undefined);
                signIn.reset();
              }}
            />
          )}
          {!wants && (
            <Form
              layout="vertical"
              requiredMark={false}
              disabled={signIn.isPending}
              onFinish={(given: { name: string; password: string }) => {
                setByLink(false);
                enter(directory ? { ...given, method: directory.id } : { ...given, ...place }).catch(() => {});
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
          )}
          {!wants && (
            <Methods
              of={offered.data?.methods ?? []}
              chosen={directory}
              busy={signIn.isPending || leaving.isPending}
              onChoose={(method) => void choose(method).catch(() => {})}
            />
          )}
          {!wants && offered.data?.passkeys && knowsPasskeys() && (
            <Button
              icon={<Icon name="key" />}
              size="large"
              block
              className="other-way"
              disabled={signIn.isPending}
              onClick={() => void enterByPasskey().catch(() => {})}
            >
              {t('security.byPasskey')}
            </Button>
          )}
          {!wants && (
            <Input.Search
              className="other-way"
              aria-label={t('methods.organization')}
              placeholder={t('methods.organizationHint')}
              defaultValue={organization}
              enterButton={<Button>{t('methods.choose')}</Button>}
              autoComplete="organization"
              onSearch={(named) => {
                setDirectory(undefined);
                const chosen = named.trim() === '' ? {} : { organization: named.trim() };
                void navigate({ to: '/sign-in', search: { ...(next !== undefined && { next }), ...chosen } });
              }}
            />
          )}
          {!wants && <p className="quiet small">{t('signIn.firstTime')}</p>}
        </div>
      </main>
    </div>
  );
}

function SignInProblem({ error, byLink }: { error: Error; byLink: boolean }) {
  const { t } = useTranslation();
  return <ProblemBox error={error} {...(byLink && { title: t('signIn.linkRefused') })} />;
}
