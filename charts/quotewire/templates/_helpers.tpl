{{/* Written by hand. The generated templates call these with the root context; cdk8s/names.ts and manifests.ts do the same. */}}

{{- define "quotewire.name" -}}
{{- default "quotewire" .Values.nameOverride -}}
{{- end -}}

{{- /* Prefix of every name. 43 characters leave room for the longest suffix; a digest keeps longer ones apart. */ -}}
{{- define "quotewire.fullname" -}}
{{- $full := .Release.Name -}}
{{- $name := include "quotewire.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- $full = .Values.fullnameOverride -}}
{{- else if not (contains $name .Release.Name) -}}
{{- $full = printf "%s-%s" .Release.Name $name -}}
{{- end -}}
{{- if gt (len $full) 43 -}}
{{- $full = printf "%s-%s" (trunc 34 $full) (sha256sum $full | trunc 8) -}}
{{- end -}}
{{- $full -}}
{{- end -}}

{{- /* (list ROOT COMPONENT): labels of an object that is written by hand, as JSON; "" for no component. */ -}}
{{- define "quotewire.labels" -}}
{{- $root := index . 0 -}}
{{- $own := dict
  "app.kubernetes.io/name" (include "quotewire.name" $root)
  "app.kubernetes.io/instance" $root.Release.Name
  "app.kubernetes.io/part-of" "quotewire"
  "app.kubernetes.io/managed-by" $root.Release.Service
  "app.kubernetes.io/version" $root.Chart.AppVersion
-}}
{{- with index . 1 -}}{{- $own = set $own "app.kubernetes.io/component" . -}}{{- end -}}
{{- merge $own $root.Values.commonLabels | toJson -}}
{{- end -}}

{{- define "quotewire.secretName" -}}
{{- .Values.auth.existingSecret | default (printf "%s-secrets" (include "quotewire.fullname" .)) -}}
{{- end -}}

{{- /* (list ROOT COMPONENT): the Deployment that a running release has, as JSON; {} in `helm template` and before the first install. */ -}}
{{- define "quotewire.liveDeployment" -}}
{{- $root := index . 0 -}}
{{- $name := printf "%s-%s" (include "quotewire.fullname" $root) (index . 1) -}}
{{- lookup "apps/v1" "Deployment" $root.Release.Namespace $name | default dict | toJson -}}
{{- end -}}

{{- /* (list ROOT COMPONENT): `autoscaler` where no manifest of the Deployment ever had `replicas`, else `manifest`. A chart before the annotation said nothing, and may have had it. */ -}}
{{- define "quotewire.replicasFrom" -}}
{{- $live := include "quotewire.liveDeployment" . | fromJson -}}
{{- if or (not $live) (eq (dig "metadata" "annotations" "quotewire.dev/replicas-from" "" $live) "autoscaler") -}}
autoscaler
{{- else -}}
manifest
{{- end -}}
{{- end -}}

{{- /* (list ROOT COMPONENT): the pods that a running release has, where its manifest has to go on saying them. Not 0, at which an HPA is off. */ -}}
{{- define "quotewire.liveReplicas" -}}
{{- if eq (include "quotewire.replicasFrom" .) "manifest" -}}
{{- $live := include "quotewire.liveDeployment" . | fromJson -}}
{{- with $live.spec.replicas -}}{{- int64 . -}}{{- end -}}
{{- end -}}
{{- end -}}

{{- /* (list ROOT COMPONENT): the ports of a Redis that is not bundled, as JSON: those of networkPolicy.redisPorts and of the URLs. */ -}}
{{- define "quotewire.redisPorts" -}}
{{- $values := (index . 0).Values -}}
{{- $ports := list -}}
{{- range $values.networkPolicy.redisPorts -}}{{- $ports = append $ports (int .) -}}{{- end -}}
{{- range $url := list $values.redis.url (get (index $values (index . 1)).env "REDIS_URL") -}}
{{- if and (kindIs "string" $url) $url -}}
{{- $usual := ternary 26379 6379 (contains "+sentinel:" $url) -}}
{{- $hosts := regexReplaceAll "[/?].*$" (regexReplaceAll "^[^/]*//([^@/]*@)?" $url "") "" -}}
{{- range splitList "," $hosts -}}
{{- $ports = append $ports (regexFind ":[0-9]{1,5}$" . | trimPrefix ":" | default $usual | int) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $ports | uniq | toJson -}}
{{- end -}}

{{- /* (list ROOT TEMPLATE PATCH): the object of a named template, with the user's patch merged in. */ -}}
{{- define "quotewire.object" -}}
{{- $object := include (index . 1) (index . 0) | fromYaml -}}
{{- if hasKey $object "Error" -}}{{- fail (printf "%s: %s" (index . 1) (get $object "Error")) -}}{{- end -}}
{{- include "quotewire.mergePatch" (list $object (index . 2)) | fromJson | toYaml -}}
{{- end -}}

{{- /* (list TARGET PATCH): JSON Merge Patch (RFC 7386), as JSON; {$patch: delete} is a null that survives a parent chart's values.yaml. */ -}}
{{- define "quotewire.mergePatch" -}}
{{- $result := deepCopy (index . 0) -}}
{{- range $key, $value := index . 1 -}}
{{- $isDeletion := and (kindIs "map" $value) (eq (get $value "$patch" | toString) "delete") -}}
{{- if or (kindIs "invalid" $value) $isDeletion -}}
{{- $result = unset $result $key -}}
{{- else if kindIs "map" $value -}}
{{- $under := get $result $key -}}
{{- if not (kindIs "map" $under) -}}{{- $under = dict -}}{{- end -}}
{{- $result = set $result $key (include "quotewire.mergePatch" (list $under $value) | fromJson) -}}
{{- else -}}
{{- $result = set $result $key $value -}}
{{- end -}}
{{- end -}}
{{- toJson $result -}}
{{- end -}}

{{- /* (list ROOT IMAGE): the reference of one of the `image` values. */ -}}
{{- define "quotewire.image" -}}
{{- $root := index . 0 -}}
{{- $image := index . 1 -}}
{{- with $image.registry | default $root.Values.global.imageRegistry -}}{{- . -}}/{{- end -}}
{{- $image.repository -}}
{{- if $image.digest -}}@{{- $image.digest -}}{{- else -}}:{{- $image.tag | default $root.Chart.AppVersion -}}{{- end -}}
{{- end -}}
