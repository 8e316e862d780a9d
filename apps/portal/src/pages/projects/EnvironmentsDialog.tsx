import '../access/access.css';
import { App, Button, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../api/query.ts';
import type { Environment, Project } from '../../api/types.ts';
import { useLanguage } from '../../i18n/index.ts';
import { Icon } from '../../parts/Icon.tsx';
import { markFields } from '../../parts/mark-fields.ts';
import { ProblemBox } from '../../parts/ProblemBox.tsx';

interface Given {
  environments: { name: string; purpose: Environment['purpose'] }[];
}

const purposes = ['development', 'test', 'staging', 'production'] as const;

/** Changes the environments of a project. The server tells them apart by name, so names that exist stay as they are. */
export function EnvironmentsDialog({ project, onClose }: { project: Project; onClose: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { message } = App.useApp();
  const [form] = Form.useForm<Given>();
  const [problem, setProblem] = useState<Error>();
  const change = useAct('patch /projects/{project}', ['get /projects', 'get /projects/{project}']);
  const known = new Set(project.environments.map(({ name }) => name));
  const save = async ({ environments }: Given) => {
    setProblem(undefined);
    try {
      const body = { environments: environments.map(({ name, purpose }) => ({ name: name.trim(), purpose })) };
      await change.mutateAsync({ params: { project: project.id }, body });
      void message.success(t('projects.environmentsSaved'));
      onClose();
    } catch (error) {
      if (!markFields(form, error, language)) setProblem(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const isAlone = (index: number) => async (_: unknown, name: string | undefined) => {
    const others = (form.getFieldValue('environments') as Partial<Given['environments'][number]>[]).toSpliced(index, 1);
    const same = others.some((other) => other?.name?.trim().toLowerCase() === name?.trim().toLowerCase());
    if (name && same) throw new Error(t('projects.environmentTwice'));
  };
  return (
    <Modal
      open
      width={600}
      title={t('projects.environmentsTitle', { name: project.name })}
      onCancel={onClose}
      okText={t('action.save')}
      okButtonProps={{ loading: change.isPending }}
      onOk={() => form.submit()}
    >
      <Form<Given>
        form={form}
        layout="vertical"
        initialValues={{ environments: project.environments.map(({ name, purpose }) => ({ name, purpose })) }}
        style={{ paddingTop: 4 }}
        onFinish={(given) => void save(given)}
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
        {problem && <ProblemBox error={problem} />}
      </Form>
    </Modal>
  );
}
