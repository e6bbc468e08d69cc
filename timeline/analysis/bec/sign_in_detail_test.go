package bec

import "testing"

// Each layout puts what a sign-in says of its protocol and risk elsewhere.
func TestReadSignInDetail(t *testing.T) {
	for _, test := range []struct {
		layout, details string
		want            signInDetail
	}{
		{
			"Graph", `{"authenticationProtocol":"deviceCode","riskLevelDuringSignIn":"high","riskLevelAggregated":"low","riskState":"atRisk","riskEventTypes_v2":["anomalousToken","unfamiliarFeatures"]}`,
			signInDetail{protocol: "deviceCode", riskLevel: "high", riskState: "atRisk", riskTypes: "anomalousToken, unfamiliarFeatures"},
		},
		{
			"diagnostic settings", `{"properties":{"originalTransferMethod":"deviceCodeFlow","riskLevelDuringSignIn":"none","riskLevelAggregated":"medium"}}`,
			signInDetail{transfer: "deviceCodeFlow", riskLevel: "medium"},
		},
		{"portal", `{"Authentication Protocol":"Device code","Risk State":"none"}`, signInDetail{protocol: "Device code"}},
		{"audit log", `{"ExtendedProperties":[{"Name":"RequestType","Value":"Cmsi:Cmsi"},{"Name":"ResultStatusDetail","Value":"Success"}]}`, signInDetail{request: "Cmsi:Cmsi"}},
		{"list as text", `{"riskEventTypes":"[\"leakedCredentials\"]","riskState":"hidden"}`, signInDetail{riskTypes: "leakedCredentials"}},
		{"a value that looks like a name", `{"userDisplayName":"authenticationProtocol ropc","authenticationProtocol":{"x":1}}`, signInDetail{}},
		{"no object", `["deviceCode"]`, signInDetail{}},
		{"cut", `{"authenticationProtocol":"devic`, signInDetail{}},
		{"deeper than any layout", `[[[[[[[{"authenticationProtocol":"ropc"}]]]]]]]`, signInDetail{}},
	} {
		if got := readSignInDetail(test.details); got != test.want {
			t.Errorf("%s: %+v, want %+v", test.layout, got, test.want)
		}
	}
}
