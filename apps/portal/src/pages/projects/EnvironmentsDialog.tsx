import '../access/access.css';
import { tagOf } from '@pileus/api/client';
import { App, Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../api/query.ts';
import type { Environment, Project } from '../../api/types.ts';
import { FormDialog } from '../../parts/FormDialog.tsx';
import { Icon } from '../../parts/Icon.tsx';

interface Given {
  environments: { name: string; purpose: Environment['purpose'] }[];
}

const purposes = ['development', 'test', 'staging', 'production'] as const;

/** Changes the environments of a project. The server tells them apart by name, so names that exist stay as they are. */
export function EnvironmentsDialog({ project, onClose }: { project: Project; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Given>();
  const change = useAct('patch /projects/{project}', ['get /projects', 'get /projects/{project}']);
  // Others may change it while this is open; what is saved rests on what was seen.
  const [seen] = useState(project);
  const known = new Set(seen.environments.map(({ name }) => name));
  const save = async ({ environments }: Given) => {
    const body = { environments: environments.map(({ name, purpose }) => ({ name: name.trim(), purpose })) };
    await change.mutateAsync({ params: { project: project.id }, body, ifMatch: tagOf(seen) });
    void message.success(t('projects.environmentsSaved'));
    onClose();
  };
  const isAlone = (index: number) => async (_: unknown, name: string | undefined) => {
    const others = (form.getFieldValue('environments') as Partial<Given['environments'][number]>[]).toSpliced(index, 1);
    const same = others.some((other) => other?.name?.trim().toLowerCase() === name?.trim().toLowerCase());
    if (name && same) throw new Error(t('projects.environmentTwice'));
  };
  return (
    <FormDialog<Given>
      title={t('projects.environmentsTitle', { name: project.name })}
      ok={t('action.save')}
      width={600}
      form={form}
      initial={{ environments: seen.environments.map(({ name, purpose }) => ({ name, purpose })) }}
      onSave={save}
      onClose={onClose}
    >
      <p className="quiet" style={{ marginBottom: 14 }}>
        {t('projects.environmentsHint')}
      </p>
      <Form.List name="environments">
        {(fields, { add, remove }) => (
          <>
            {fields.map(({ key, name: index }) => {
              const name = form.getFieldValue(['environments', index, 'name']) as string | undefined;
              const isKnown = index < known.size && name !== undefined && known.has(name);
              return (
                <div key={key} className="environment-row">
                  <Form.Item
                    name={[index, 'name']}
                    rules={[
                      { required: true, whitespace: true, message: t('projects.environmentNeeded') },
                      { max: 100 },
                      { validator: isAlone(index) },
                    ]}
                  >
                    <Input
                      aria-label={t('projects.environmentName')}
                      readOnly={isKnown}
                      variant={isKnown ? 'filled' : 'outlined'}
                    />
                  </Form.Item>
                  <Form.Item name={[index, 'purpose']}>
                    <Select
                      aria-label={t('projects.purpose')}
                      options={purposes.map((value) => ({ value, label: t(`projects.purposes.${value}`) }))}
                    />
                  </Form.Item>
                  <button
                    type="button"
                    className="icon-button"
                    style={{ width: 32, height: 32 }}
                    aria-label={name ? t('projects.removeEnvironment', { name }) : t('projects.removeNew')}
                    onClick={() => remove(index)}
                  >
                    <Icon name="cross" size={14} />
                  </button>
                </div>
              );
            })}
            <Button
              size="small"
              icon={<Icon name="plus" size={14} />}
              style={{ marginBottom: 14 }}
              onClick={() => add({ name: '', purpose: purposes[Math.min(fields.length, 3)] })}
            >
              {t('projects.addEnvironment')}
            </Button>
          </>
        )}
      </Form.List>
    </FormDialog>
  );
}
