import { getRouteApi } from '@tanstack/react-router';
import { App, Button, Form, Input, Segmented } from 'antd';
import { languages } from '@pileus/model/language';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import type { Me } from '../../api/types.ts';
import { changeLanguage, useLanguage } from '../../i18n/index.ts';
import { Loaded, Page } from '../../parts/Page.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { Tabs } from '../../parts/Tabs.tsx';
import { prefer, usePreferences } from '../../shell/preferences.ts';
import { Factors } from '../security/Factors.tsx';
import { Sessions } from '../security/Sessions.tsx';

const route = getRouteApi('/inside/profile');

export default function ProfilePage() {
  const { t } = useTranslation();
  const { tab = 'details' } = route.useSearch();
  const me = useRead('get /me', {});
  return (
    <Loaded of={me}>
      {(data) => (
        <Page
          title={t('profile.title')}
          hint={`${t('profile.user')} ${data.name}`}
          width={tab === 'security' ? undefined : 'narrow'}
        >
          <Tabs
            label={t('profile.title')}
            now={tab}
            of={[
              { key: 'details', title: t('security.tabProfile') },
              { key: 'security', title: t('security.tab') },
            ]}
          >
            {tab === 'security' ? (
              <>
                {data.method === undefined && <Password me={data} />}
                <Factors />
                <Sessions />
              </>
            ) : (
              <>
                <Appearance />
                <Panel title={t('profile.permissions')}>
                  <div className="row wrap">
                    {data.permissions.map((permission) => (
                      <code key={permission} className="chip">
                        {permission}
                      </code>
                    ))}
                  </div>
                </Panel>
              </>
            )}
          </Tabs>
        </Page>
      )}
    </Loaded>
  );
}

function Appearance() {
  const { t } = useTranslation();
  const { theme } = usePreferences();
  const language = useLanguage();
  return (
    <Panel title={t('profile.appearance')}>
      <div className="row wrap" style={{ gap: 24 }}>
        <span className="row">
          <span className="quiet">{t('shell.language')}</span>
          <Segmented
            value={language}
            options={languages.map((value) => ({ value, label: t(`language.${value}`) }))}
            onChange={(value) => {
              prefer({ language: value });
              void changeLanguage(value);
            }}
          />
        </span>
        <span className="row">
          <span className="quiet">{t('shell.theme')}</span>
          <Segmented
            value={theme}
            options={(['light', 'dark', 'system'] as const).map((value) => ({ value, label: t(`theme.${value}`) }))}
            onChange={(value) => prefer({ theme: value })}
          />
        </span>
      </div>
    </Panel>
  );
}

interface Given {
  current?: string;
  next: string;
  again: string;
}

function Password({ me }: { me: Me }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Given>();
  const change = useAct('put /me/password', ['get /me']);
  const save = async ({ current, next }: Given) => {
    await change.mutateAsync({ body: { next, ...(current && { current }) } });
    form.resetFields();
    void message.success(t('profile.changed'));
  };
  return (
    <Panel title={t('profile.password')}>
      <Form<Given>
        form={form}
        layout="vertical"
        requiredMark={false}
        style={{ maxWidth: 360 }}
        onFinish={(given) => void save(given).catch(() => {})}
      >
        {!me.hasPassword && <p style={{ marginBottom: 16 }}>{t('profile.noPassword')}</p>}
        {/* Lets a password manager know whose password this is. */}
        <input type="text" autoComplete="username" value={me.name} readOnly hidden />
        {me.hasPassword && (
          <Form.Item
            name="current"
            label={t('profile.current')}
            rules={[{ required: true, message: t('signIn.passwordNeeded') }]}
          >
            <Input.Password autoComplete="current-password" />
          </Form.Item>
        )}
        <Form.Item
          name="next"
          label={t('profile.next')}
          extra={t('profile.tooShort')}
          rules={[{ required: true, min: 8, message: t('profile.tooShort') }]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item
          name="again"
          label={t('profile.again')}
          dependencies={['next']}
          rules={[
            ({ getFieldValue }) => ({
              validator: (_, value) =>
                value === getFieldValue('next') ? Promise.resolve() : Promise.reject(new Error(t('profile.differ'))),
            }),
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        {change.error && (
          <div style={{ marginBottom: 16 }}>
            <ProblemBox error={change.error} />
          </div>
        )}
        <Button type="primary" htmlType="submit" loading={change.isPending}>
          {t(me.hasPassword ? 'profile.change' : 'profile.choose')}
        </Button>
      </Form>
    </Panel>
  );
}
