{{- define "ask-marvin.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "ask-marvin.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "ask-marvin.labels" -}}
{{ include "ask-marvin.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "ask-marvin.image" -}}
{{ printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) | quote }}
{{- end -}}

{{- define "ask-marvin.claim" -}}
{{ default (include "ask-marvin.name" .) .Values.persistence.existingClaim }}
{{- end -}}

{{/* What every pod has: who it runs as, where it may run, its volumes. With "shared" what it needs is on servers, and it runs anywhere. */}}
{{- define "ask-marvin.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if not .shared }}
affinity:
  podAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      - topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            {{- include "ask-marvin.selector" . | nindent 12 }}
{{- end }}
volumes:
  - name: data
    {{- if .shared }}
    emptyDir:
      sizeLimit: 1Gi
    {{- else }}
    persistentVolumeClaim:
      claimName: {{ include "ask-marvin.claim" . }}
    {{- end }}
  - name: tmp
    emptyDir:
      sizeLimit: 1Gi
{{- end -}}

{{/* What every container has. */}}
{{- define "ask-marvin.container" -}}
image: {{ include "ask-marvin.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
envFrom:
  - configMapRef:
      name: {{ include "ask-marvin.name" . }}
  - secretRef:
      name: {{ .Values.secretName }}
volumeMounts:
  - name: data
    mountPath: /data
  - name: tmp
    mountPath: /tmp
{{- end -}}

{{/* One crawl of all sources. */}}
{{- define "ask-marvin.ingest" -}}
metadata:
  labels:
    {{- include "ask-marvin.selector" . | nindent 4 }}
    app.kubernetes.io/component: ingest
spec:
  restartPolicy: Never
  {{- include "ask-marvin.pod" . | nindent 2 }}
  containers:
    - name: ingest
      {{- include "ask-marvin.container" . | nindent 6 }}
      command: ["node", "--max-semi-space-size=4", "ingest/main.ts"]
      resources:
        {{- toYaml .Values.ingest.resources | nindent 8 }}
{{- end -}}
