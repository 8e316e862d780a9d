import type { AnswerOf } from '@pileus/api';
import { App, Form, Input, Radio, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useList } from '../../api/query.ts';
import { FormDialog } from '../../parts/FormDialog.tsx';
import { useSettled } from '../../parts/use-settled.ts';
import { usePermission } from '../../shell/permission.ts';
import { SignInLink } from '../access/SignInLink.tsx';
import { rightsReads } from '../policies/rights-reads.ts';

interface Given {
  name: string;
  way: 'link' | 'password';
  password?: string;
  groups?: string[];
}

/** Adds a user, and shows the link that it signs in by first, this once. */
export function AddUser({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const may = usePermission();
  const [form] = Form.useForm<Given>();
  const [made, setMade] = useState<AnswerOf<'post /users'>>();
  const add = useAct('post /users', rightsReads);
  const way = Form.useWatch('way', form);
  const save = async ({ name, way, password, groups }: Given) => {
    const user = await add.mutateAsync({
      body: { name: name.trim(), ...(way === 'password' && { password }), ...(groups && { groups }) },
    });
    if (user.link !== undefined) return setMade(user);
    void message.success(t('users.added', { name: user.name }));
    onClose();
  };
  if (made?.link !== undefined) return <SignInLink name={made.name} link={made.link} onClose={onClose} />;
  return (
    <FormDialog<Given>
      title={t('users.add')}
      ok={t('action.add')}
      form={form}
      initial={{ way: 'link' }}
      fields={{
        'name-taken': 'name',
        'password-length': 'password',
        'password-common': 'password',
        'password-name': 'password',
      }}
      onSave={save}
      onClose={onClose}
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
    </FormDialog>
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
