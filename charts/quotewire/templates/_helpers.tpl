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

{{- define "quotewire.secretName" -}}
{{- .Values.auth.existingSecret | default (printf "%s-secrets" (include "quotewire.fullname" .)) -}}
{{- end -}}

{{- /* (list ROOT COMPONENT): the pods that a running release has; empty in `helm template` and before the first install. */ -}}
{{- define "quotewire.liveReplicas" -}}
{{- $root := index . 0 -}}
{{- $name := printf "%s-%s" (include "quotewire.fullname" $root) (index . 1) -}}
{{- $live := lookup "apps/v1" "Deployment" $root.Release.Namespace $name -}}
{{- if $live -}}{{- $live.spec.replicas -}}{{- end -}}
{{- end -}}

{{- /* (list ROOT TEMPLATE PATCH): the object of a named template, with the user's patch merged in. */ -}}
{{- define "quotewire.object" -}}
{{- $object := include (index . 1) (index . 0) | fromYaml -}}
{{- if hasKey $object "Error" -}}{{- fail (printf "%s: %s" (index . 1) (get $object "Error")) -}}{{- end -}}
{{- include "quotewire.mergePatch" (list $object (index . 2)) | fromJson | toYaml -}}
{{- end -}}

{{- /* (list TARGET PATCH): JSON Merge Patch (RFC 7386), as JSON. */ -}}
{{- define "quotewire.mergePatch" -}}
{{- $result := deepCopy (index . 0) -}}
{{- range $key, $value := index . 1 -}}
{{- if kindIs "invalid" $value -}}
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
