import type { AnswerOf } from '@pileus/api';
import { App, Form, Input, Modal, Radio, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useList } from '../../api/query.ts';
import { useLanguage } from '../../i18n/index.ts';
import { markFields } from '../../parts/mark-fields.ts';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { ShownOnce } from '../../parts/ShownOnce.tsx';
import { useSettled } from '../../parts/use-settled.ts';
import { usePermission } from '../../shell/permission.ts';
import { rightsReads } from '../access/named.ts';

interface Given {
  name: string;
  way: 'link' | 'password';
  password?: string;
  groups?: string[];
}

/** Adds a user, and shows the link that it signs in by first, this once. */
export function AddUser({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { message } = App.useApp();
  const may = usePermission();
  const [form] = Form.useForm<Given>();
  const [problem, setProblem] = useState<Error>();
  const [made, setMade] = useState<AnswerOf<'post /users'>>();
  const add = useAct('post /users', rightsReads);
  const way = Form.useWatch('way', form);
  const save = async ({ name, way, password, groups }: Given) => {
    setProblem(undefined);
    try {
      const user = await add.mutateAsync({
        body: { name: name.trim(), ...(way === 'password' && { password }), ...(groups && { groups }) },
      });
      if (user.link === undefined) {
        void message.success(t('users.added', { name: user.name }));
        onClose();
      } else setMade(user);
    } catch (error) {
      const fields = {
        'name-taken': 'name',
        'password-length': 'password',
        'password-common': 'password',
        'password-name': 'password',
      } as const;
      if (!markFields(form, error, language, fields))
        setProblem(error instanceof Error ? error : new Error(String(error)));
    }
  };
  if (made?.link !== undefined)
    return (
      <ShownOnce
        title={t('access.once.linkTitle', { name: made.name })}
        label={t('access.once.link')}
        text={location.origin + made.link}
        hint={t('access.once.linkHint', { name: made.name })}
        onClose={onClose}
      />
    );
  return (
    <Modal
      open
      title={t('users.add')}
      onCancel={onClose}
      okText={t('action.add')}
      okButtonProps={{ loading: add.isPending }}
      onOk={() => form.submit()}
    >
      <Form<Given>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ way: 'link' }}
        style={{ paddingTop: 4 }}
        onFinish={(given) => void save(given)}
      >
        <Form.Item
          name="name"
          label={t('signIn.name')}
          rules={[{ required: true, whitespace: true, message: t('access.nameNeeded') }, { max: 100 }]}
        >
          <Input autoFocus autoComplete="off" />
        </Form.Item>
        <Form.Item name="way" label={t('users.way')}>
          <Radio.Group
            vertical
            options={[
              { value: 'link', label: t('users.byLink') },
              { value: 'password', label: t('users.byPassword') },
            ]}
          />
        </Form.Item>
        {way === 'password' && (
          <Form.Item
            name="password"
            label={t('users.password')}
            extra={t('users.passwordHint')}
            rules={[{ required: true, min: 8, message: t('profile.tooShort') }]}
          >
            <Input.Password autoComplete="new-password" />
          </Form.Item>
        )}
        {may('group.update') && may('group.read') && <GroupsField />}
        {problem && <ProblemBox error={problem} />}
      </Form>
    </Modal>
  );
}

function GroupsField() {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const q = useSettled(typed);
  const groups = useList('get /groups', q === '' ? {} : { q });
  return (
    <Form.Item name="groups" label={t('users.groups')} extra={t('users.groupsHint')}>
      <Select
        mode="multiple"
        showSearch={{ filterOption: false, onSearch: setTyped }}
        options={(groups.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      />
    </Form.Item>
  );
}
