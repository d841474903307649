<?php
// SoapClient: send.php <WSDL URL> <organization id> <order id>. Prints the Ack or the Fault as JSON.
[, $url, $organization, $order] = $argv;
$client = new SoapClient($url, ['cache_wsdl' => WSDL_CACHE_NONE, 'soap_version' => SOAP_1_1, 'exceptions' => true]);
$fields = (object) ['Id' => $order, 'OrderNumber' => '00000114', 'Status' => 'Activated', 'TotalAmount' => 45000.0];
try {
    $reply = $client->notifications([
        'OrganizationId' => $organization,
        'ActionId' => '04kSs000000sT0nIAE',
        'SessionId' => null,
        'EnterpriseUrl' => 'https://a.example/services/Soap/c/60.0/00D',
        'PartnerUrl' => 'https://a.example/services/Soap/u/60.0/00D',
        'Notification' => [
            ['Id' => '04lSs00000Ph01xIAB', 'sObject' => $fields],
        ],
    ]);
    echo json_encode(['ack' => $reply->Ack]), "\n";
} catch (SoapFault $fault) {
    echo json_encode(['code' => $fault->faultcode, 'message' => $fault->getMessage()]), "\n";
}
