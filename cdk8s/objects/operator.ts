/** The operator: its Deployment, and what it may do. Off by default. */
import type { Choice, Tree, TreeMap } from '../expression.ts'
import { type Component, componentName } from '../names.ts'
import type { Resource } from '../resource.ts'
import { all, asJson, release, type Symbolic, text, when } from '../symbolic.ts'
import type { Values } from '../values.ts'
import { shownAdminToken, type Variable } from './environment.ts'
import { metadata, serviceAccountName, stopMarginS } from './pod.ts'
import { adminPort, deployment, serviceAccount } from './workload.ts'

export const operatorAdminPort = 9_092
const component: Component = 'operator'
/** One for each release in each namespace: they have no namespace themselves. */
const clusterRoleName = text`${release.Namespace}-${componentName(component)}`

export function operatorObjects(values: Symbolic<Values>): Resource[] {
  const { operator } = values
  const { enabled, merge } = operator
  return [
    deployment({
      component,
      group: operator,
      condition: enabled,
      image: operator.image,
      merge: merge.deployment,
      replicas: operator.replicas,
      maxSurge: 1,
      minReadySeconds: 0,
      terminationGracePeriodSeconds: stopMarginS + 10,
      ports: [adminPort(operatorAdminPort)],
      variables: operatorVariables(values),
      mountsToken: true,
    }),
    serviceAccount({ component, group: operator, condition: enabled, merge: merge.serviceAccount }),
    ...namespaceRights(values),
    ...clusterRights(values),
  ]
}

export function operatorVariables(values: Symbolic<Values>): Variable[] {
  const { dryRun, platforms, watchNodes } = values.operator
  return [
    { name: 'OPERATOR_ADMIN_PORT', from: { value: String(operatorAdminPort) } },
    { name: 'NAMESPACE', from: fieldOf('metadata.namespace') },
    { name: 'INSTANCE', from: { value: release.Name } },
    { name: 'POD_NAME', from: fieldOf('metadata.name') },
    shownAdminToken(values),
    { name: 'DRY_RUN', condition: dryRun, from: { value: 'true' } },
    { name: 'PLATFORMS', from: { value: asJson(platforms) } },
    { name: 'WATCH_NODES', from: { value: asJson(watchNodes) } },
  ]
}

function namespaceRights({ operator }: Symbolic<Values>): Resource[] {
  const { enabled, merge } = operator
  const name = componentName(component)
  return [
    {
      id: 'operator/role',
      condition: enabled,
      merge: merge.role,
      object: {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata: metadata(name, component),
        rules: [...namespaceRules, ...platformRules.map((each) => when(operator.platforms, each))],
      },
    },
    {
      id: 'operator/role-binding',
      condition: enabled,
      merge: merge.roleBinding,
      object: binding('RoleBinding', name, { kind: 'Role', name }, operator),
    },
  ]
}

/** No secrets, no rights on rights, and of pods only what an annotation needs. */
const namespaceRules: TreeMap[] = [
  rule('quotewire.dev', ['quotewireautoscalers', 'quotewiretiers', 'quotewireplatforms'], 'get', 'list', 'watch'),
  rule('quotewire.dev', ['quotewireautoscalers/status', 'quotewiretiers/status', 'quotewireplatforms/status'], 'patch'),
  rule('apps', ['deployments', 'replicasets'], 'list', 'watch'),
  rule('apps', ['deployments/scale'], 'get', 'update'),
  rule('', ['pods'], 'list', 'watch', 'patch'),
  // Its own one: whose the tiers in Redis are.
  rule('', ['namespaces'], 'get'),
  rule('autoscaling', ['horizontalpodautoscalers'], 'list', 'watch'),
  rule('keda.sh', ['scaledobjects'], 'list'),
  rule('events.k8s.io', ['events'], 'create'),
  rule('coordination.k8s.io', ['leases'], 'create'),
  { ...rule('coordination.k8s.io', ['leases'], 'get', 'update'), resourceNames: ['quotewire-operator'] },
]

const writing = ['get', 'create', 'patch', 'delete'] as const

/** All that the builders of the chart make, but for Secrets and rights. */
const platformRules: TreeMap[] = [
  // For owners that block: OwnerReferencesPermissionEnforcement.
  rule('quotewire.dev', ['quotewireplatforms/finalizers'], 'update'),
  rule('apps', ['deployments'], ...writing),
  rule('', ['services', 'serviceaccounts', 'configmaps'], ...writing),
  rule('policy', ['poddisruptionbudgets'], ...writing),
  rule('networking.k8s.io', ['networkpolicies', 'ingresses'], ...writing),
  rule('autoscaling', ['horizontalpodautoscalers'], ...writing),
  rule('keda.sh', ['scaledobjects'], ...writing),
  rule('gateway.networking.k8s.io', ['httproutes'], ...writing),
  rule('networking.gke.io', ['gcpbackendpolicies', 'healthcheckpolicies'], ...writing),
  rule('monitoring.coreos.com', ['servicemonitors', 'podmonitors', 'prometheusrules'], ...writing),
]

function clusterRights({ operator }: Symbolic<Values>): Resource[] {
  const { enabled, watchNodes, merge } = operator
  const condition: Choice = all(enabled, watchNodes)
  return [
    {
      id: 'operator/cluster-role',
      condition,
      merge: merge.clusterRole,
      object: {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: metadata(clusterRoleName, component),
        rules: [rule('', ['nodes'], 'list', 'watch')],
      },
    },
    {
      id: 'operator/cluster-role-binding',
      condition,
      merge: merge.clusterRoleBinding,
      object: binding('ClusterRoleBinding', clusterRoleName, { kind: 'ClusterRole', name: clusterRoleName }, operator),
    },
  ]
}

function rule(apiGroup: string, resources: readonly string[], ...verbs: readonly string[]): TreeMap {
  return { apiGroups: [apiGroup], resources, verbs }
}

function binding(kind: string, name: Tree, role: TreeMap, operator: Symbolic<Values>['operator']): Resource['object'] {
  const account = serviceAccountName(operator, component)
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind,
    metadata: metadata(name, component),
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', ...role },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace: release.Namespace }],
  }
}

function fieldOf(fieldPath: string): { readonly valueFrom: Tree } {
  return { valueFrom: { fieldRef: { fieldPath } } }
}
